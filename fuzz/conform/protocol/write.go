package protocol

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// AppendHelloRequest appends the first line that an adapter reads, its end
// included.
func AppendHelloRequest(dst []byte) []byte {
	dst = append(dst, `{"op":"hello","protocol":`...)
	return append(strconv.AppendInt(dst, Version, 10), "}\n"...)
}

// AppendRequest appends a request as one line, its end included. It fails for a
// draft or a policy that has no JSON form.
func AppendRequest(dst []byte, r *Request) ([]byte, error) {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendUint(dst, r.ID, 10)
	dst = append(dst, `,"op":"`...)
	dst = append(dst, r.Op()...)
	dst = append(dst, `","draft":"`...)
	draft, err := r.Draft.MarshalText()
	if err != nil {
		return nil, err
	}
	dst = append(append(dst, draft...), '"', ',')
	switch input := r.Input.(type) {
	case *ContentInput:
		dst = appendOctets(dst, "message", input.Message)
	case *StatusInput:
		dst = appendOctets(dst, "report", input.Report)
	case *MessageIDInput:
		dst = append(appendOctets(dst, "sender", input.Sender), ',')
		dst = append(appendOctets(dst, "room", input.Room), ',')
		dst = appendOctets(dst, "message", input.Message)
	default:
		rest, err := marshal(input)
		if err != nil {
			return nil, err
		}
		dst = append(dst, rest[1:len(rest)-1]...)
	}
	return append(dst, "}\n"...), nil
}

// MarshalJSON returns the request as one object. It fails as [AppendRequest]
// does.
func (r *Request) MarshalJSON() ([]byte, error) {
	line, err := AppendRequest(nil, r)
	if err != nil {
		return nil, err
	}
	return line[:len(line)-1], nil
}

// AppendHello appends the first line that an adapter writes, its end included.
func AppendHello(dst []byte, h *Hello) ([]byte, error) {
	text, err := marshal(h)
	return append(append(dst, text...), '\n'), err
}

// AppendAnswer appends the answer to a request for an op as one line, its end
// included. Only the members that such an answer has are written.
func AppendAnswer(dst []byte, op Op, a *Answer) ([]byte, error) {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendUint(dst, a.ID, 10)
	switch {
	case a.Unsupported:
		dst = append(dst, `,"unsupported":true`...)
		if a.Reason != "" {
			dst = appendText(append(dst, `,"reason":`...), a.Reason)
		}
	case !a.OK:
		dst = appendText(append(dst, `,"ok":false,"reason":`...), a.Reason)
		for i, rule := range a.Rules {
			if i == 0 {
				dst = append(dst, `,"rules":[`...)
			} else {
				dst = append(dst, ',')
			}
			dst = appendText(dst, rule)
		}
		if len(a.Rules) > 0 {
			dst = append(dst, ']')
		}
	default:
		dst = append(dst, `,"ok":true`...)
		var err error
		if dst, err = appendResult(dst, op, a); err != nil {
			return nil, err
		}
	}
	return append(dst, "}\n"...), nil
}

// appendResult appends the members that an answer to an op has if ok is true.
func appendResult(dst []byte, op Op, a *Answer) ([]byte, error) {
	switch op {
	case ContentDecode, StatusDecode:
		return appendOctets(append(dst, ','), "reencoded", a.Reencoded), nil
	case MessageIDCompute:
		return appendOctets(append(dst, ','), "messageId", a.MessageID), nil
	case FrankingTag:
		return appendOctets(append(dst, ','), "frankingTag", a.FrankingTag), nil
	case PolicyDecide:
		return strconv.AppendBool(append(dst, `,"allowed":`...), a.Allowed != nil && *a.Allowed), nil
	case PolicyApply:
		state, err := json.Marshal(a.State)
		if err != nil {
			return nil, err
		}
		dst = append(append(dst, `,"state":`...), state...)
		if a.Policy == nil {
			return dst, nil
		}
		policy, err := json.Marshal(a.Policy)
		return append(append(dst, `,"policy":`...), policy...), err
	}
	return dst, nil
}

// AppendNotAnswered appends the line that answers one that cannot be read. Its
// id is that of the request, null if that cannot be read either.
func AppendNotAnswered(dst []byte, id *uint64, reason string) []byte {
	dst = append(dst, `{"id":`...)
	if id == nil {
		dst = append(dst, "null"...)
	} else {
		dst = strconv.AppendUint(dst, *id, 10)
	}
	dst = appendText(append(dst, `,"unsupported":true,"reason":`...), reason)
	return append(dst, "}\n"...)
}

func appendOctets(dst []byte, name string, octets []byte) []byte {
	dst = append(append(append(dst, '"'), name...), `":"`...)
	return append(octetStrings.AppendEncode(dst, octets), '"')
}

func appendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // of a string: it cannot fail
			return append(dst, quoted...)
		}
	}
	return append(append(append(dst, '"'), text...), '"')
}

// marshal writes a struct of this package. Octet strings and arrays that are
// nil are written as empty ones, unless they are marked as nullable.
func marshal(v any) ([]byte, error) {
	filled := reflect.New(reflect.TypeOf(v).Elem()).Elem()
	filled.Set(reflect.ValueOf(v).Elem())
	fill(filled)
	return json.Marshal(filled.Interface())
}

func fill(v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		target := v.Field(f.index)
		if target.Kind() != reflect.Slice || f.optional || f.nullable {
			continue
		}
		list := reflect.MakeSlice(target.Type(), target.Len(), target.Len())
		reflect.Copy(list, target)
		target.Set(list)
		for i := range list.Len() {
			switch element := list.Index(i); element.Kind() {
			case reflect.Struct:
				fill(element)
			case reflect.Slice:
				element.SetBytes(append([]byte{}, element.Bytes()...))
			}
		}
	}
}
