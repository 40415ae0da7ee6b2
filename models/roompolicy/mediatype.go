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
