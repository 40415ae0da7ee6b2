package roompolicy

// MediaType is a media type with its parameters (mls-extensions section 6.2.2).
type MediaType struct {
	MediaType  string // type/subtype
	Parameters []Parameter
}

// Parameter is one parameter of a media type.
type Parameter struct {
	ParameterName  string
	ParameterValue string // without the quotation marks of a quoted string
}

func mediaType(f fields, m *MediaType) {
	f.need("media_type")
	f.opaque("media_type", &m.MediaType)
	list(f, "parameters", &m.Parameters, func(f fields, p *Parameter) {
		f.need("parameter_name", "parameter_value")
		f.opaque("parameter_name", &p.ParameterName)
		f.opaque("parameter_value", &p.ParameterValue)
	})
}
