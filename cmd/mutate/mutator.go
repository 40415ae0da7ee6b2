package main

import "go/token"

// Mutator is a kind of change to a token. The kinds and their names are those of
// github.com/go-gremlins/gremlins.
type Mutator string

// The mutators.
const (
	ArithmeticBase           Mutator = "ARITHMETIC_BASE"
	ConditionalsBoundary     Mutator = "CONDITIONALS_BOUNDARY"
	ConditionalsNegation     Mutator = "CONDITIONALS_NEGATION"
	IncrementDecrement       Mutator = "INCREMENT_DECREMENT"
	InvertAssignments        Mutator = "INVERT_ASSIGNMENTS"
	InvertBitwise            Mutator = "INVERT_BITWISE"
	InvertBitwiseAssignments Mutator = "INVERT_BWASSIGN"
	InvertLogical            Mutator = "INVERT_LOGICAL"
	InvertLoopControl        Mutator = "INVERT_LOOPCTRL"
	InvertNegatives          Mutator = "INVERT_NEGATIVES"
	RemoveSelfAssignments    Mutator = "REMOVE_SELF_ASSIGNMENTS"
)

// change is what a mutator makes of a token.
type change struct {
	mutator Mutator
	to      token.Token
}

// binaryChanges are those of the operators between two operands. A minus has one
// change, not two that are the same.
var binaryChanges = map[token.Token][]change{
	token.ADD:     {{ArithmeticBase, token.SUB}},
	token.SUB:     {{ArithmeticBase, token.ADD}},
	token.MUL:     {{ArithmeticBase, token.QUO}},
	token.QUO:     {{ArithmeticBase, token.MUL}},
	token.REM:     {{ArithmeticBase, token.MUL}},
	token.AND:     {{InvertBitwise, token.OR}},
	token.OR:      {{InvertBitwise, token.AND}},
	token.XOR:     {{InvertBitwise, token.AND}},
	token.AND_NOT: {{InvertBitwise, token.AND}},
	token.SHL:     {{InvertBitwise, token.SHR}},
	token.SHR:     {{InvertBitwise, token.SHL}},
	token.EQL:     {{ConditionalsNegation, token.NEQ}},
	token.NEQ:     {{ConditionalsNegation, token.EQL}},
	token.LSS:     {{ConditionalsBoundary, token.LEQ}, {ConditionalsNegation, token.GEQ}},
	token.LEQ:     {{ConditionalsBoundary, token.LSS}, {ConditionalsNegation, token.GTR}},
	token.GTR:     {{ConditionalsBoundary, token.GEQ}, {ConditionalsNegation, token.LEQ}},
	token.GEQ:     {{ConditionalsBoundary, token.GTR}, {ConditionalsNegation, token.LSS}},
	token.LAND:    {{InvertLogical, token.LOR}},
	token.LOR:     {{InvertLogical, token.LAND}},
}

var unaryChanges = map[token.Token][]change{
	token.SUB: {{InvertNegatives, token.ADD}},
}

// statementChanges are those of assignments, of ++ and --, of break and continue.
var statementChanges = map[token.Token][]change{
	token.ADD_ASSIGN:     {{InvertAssignments, token.SUB_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.SUB_ASSIGN:     {{InvertAssignments, token.ADD_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.MUL_ASSIGN:     {{InvertAssignments, token.QUO_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.QUO_ASSIGN:     {{InvertAssignments, token.MUL_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.REM_ASSIGN:     {{RemoveSelfAssignments, token.ASSIGN}},
	token.AND_ASSIGN:     {{InvertBitwiseAssignments, token.OR_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.OR_ASSIGN:      {{InvertBitwiseAssignments, token.AND_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.XOR_ASSIGN:     {{InvertBitwiseAssignments, token.AND_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.AND_NOT_ASSIGN: {{InvertBitwiseAssignments, token.AND_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.SHL_ASSIGN:     {{InvertBitwiseAssignments, token.SHR_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.SHR_ASSIGN:     {{InvertBitwiseAssignments, token.SHL_ASSIGN}, {RemoveSelfAssignments, token.ASSIGN}},
	token.INC:            {{IncrementDecrement, token.DEC}},
	token.DEC:            {{IncrementDecrement, token.INC}},
	token.BREAK:          {{InvertLoopControl, token.CONTINUE}},
	token.CONTINUE:       {{InvertLoopControl, token.BREAK}},
}
