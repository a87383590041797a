"""The notation as a GBNF grammar, for endpoints that can hold a model to one.

It admits what the guide shows: a fenced block with declarations, one objective, constraints and data, where powers are
written ``**``, products with ``*``, and comparisons ``<=``, ``>=`` or ``==``. It knows nothing of which names are
declared; the check of the formulation does.
"""

from __future__ import annotations

NOTATION_GRAMMAR = r"""
root        ::= "```\n" title? assume* declaration+ assume* objective (constraint | assume)* data? "```"
title       ::= "# " words "\n"
assume      ::= "# assume: " words "\n"
declaration ::= set | parameter | variable
set         ::= "set " name (" within " name (" * " name)*)? note? "\n"
parameter   ::= "parameter " name over? unit? note? "\n"
variable    ::= "variable " name over? (" integer" | " binary")? bound? bound? unit? note? "\n"
bound       ::= (" >= " | " <= ") expression
over        ::= "[" name (" in " name)? (", " name (" in " name)?)* "]"
unit        ::= " in " [A-Za-z] [A-Za-z0-9/*]*
note        ::= " \"" [^"\n]+ "\""
objective   ::= ("minimize " | "maximize ") name ": " expression note? "\n"
constraint  ::= "constraint " name (" " binders)? ": " comparison note? "\n"
comparison  ::= expression relation expression (" <= " expression)?
relation    ::= " <= " | " >= " | " == "
expression  ::= "-"? term ((" + " | " - " | "+" | "-") term)*
term        ::= power ((" * " | " / " | "*" | "/") power)*
power       ::= atom ("**" "-"? atom)?
atom        ::= number | call | total | item | "(" expression ")"
call        ::= ("sqrt" | "exp" | "log" | "abs" | "min" | "max" | "sin" | "cos") "(" expression (", " expression)* ")"
total       ::= ("sum" | "prod") "(" expression " " binders ")"
binders     ::= "for " name (", " name)* " in " name (" for " name (", " name)* " in " name)* (" if " condition)?
condition   ::= test ((" and " | " or ") test)*
test        ::= expression (" == " | " != " | " <= " | " >= " | " < " | " > ") (expression | quoted)
item        ::= name ("[" index (", " index)* "]")?
index       ::= name ("-" [0-9]+ | "+" [0-9]+)? | number | quoted
quoted      ::= "\"" [^"\n]+ "\""
data        ::= "data\n" (members | values)+
members     ::= "set " name " = " (number ".." number | member (", " member)*) "\n"
values      ::= "parameter " name (" = " (number | record (", " record)*) "\n" | ":\n" row+)
record      ::= (member | "(" member (", " member)* ")") ": " "-"? number
row         ::= " "+ member (" "+ (member | "-" number))* "\n"
member      ::= [A-Za-z0-9_.]+ | quoted
name        ::= [A-Za-z_] [A-Za-z0-9_]*
number      ::= [0-9]+ ("." [0-9]+)?
words       ::= [^\n]+
"""
