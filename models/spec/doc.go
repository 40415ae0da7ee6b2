// Package spec is the vocabulary that every model and report shares: which
// revisions of which draft exist ([Draft], [Drafts]), what a draft demands
// ([Rule]), how an input breaks it ([Violation], [Violations]), and where a
// draft can be read in more than one way ([Ambiguity]).
//
// It holds no rules of its own: each model lists the rules that it implements.
// It imports nothing else of this module.
package spec
