"""Documents of every kind, most of them nonsense, for laws that must hold whatever is written."""

from __future__ import annotations

from hypothesis import strategies as st

from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Formulation,
    Objective,
    Parameter,
    Set,
    Variable,
)

words = st.text(max_size=12)
identifiers = st.one_of(
    st.sampled_from(["x", "cost", "for", "in", "data", "integer", "within", "Ärzte", "set", "inf"]),
    st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,5}", fullmatch=True),
)
texts = st.one_of(
    st.sampled_from([
        "x", "sum(c[i]*x[i] for i in I)", "x[i] <= 3", 'i == "a"', 'x["a"]', "2x", "x ≤ 3", "x: y", "x for i in I",
        "a # b", "x;", "x <= 5 in kg", "when", "x\ny", " x", "(", "`x`", '"words"', 'x "words"', "i in I if i != 1",
        "for i in I", "x when y", "i, j in A", "I", "x default 3", "'", "integer", "[0]", "kg/h", "{1: 2}", "]", ")(",
    ]),
    st.text("xi1 :,;#'\"`\\[](){}<=>", max_size=10),
    words,
)  # fmt: skip
finite = st.floats(allow_nan=False, allow_infinity=False)
members = st.one_of(
    st.integers(-(10**18), 10**18), identifiers, words, st.sampled_from(["1", "2024-01", "a b", "-", ".", "1..3"])
)
records = st.lists(members, min_size=1, max_size=3).flatmap(lambda keys: finite.map(lambda value: (*keys, value)))
tables = st.tuples(
    st.lists(members, min_size=1, max_size=3, unique=True), st.lists(members, min_size=1, max_size=3, unique=True)
).flatmap(
    lambda axes: st.lists(finite, min_size=len(axes[0]) * len(axes[1]), max_size=len(axes[0]) * len(axes[1])).map(
        lambda values: tuple(
            (row, column, values[r * len(axes[1]) + c])
            for r, row in enumerate(axes[0])
            for c, column in enumerate(axes[1])
        )
    )
)
maybe_text = st.one_of(st.none(), texts)
documents = st.builds(
    Document,
    formulation=st.builds(
        Formulation,
        name=words,
        description=st.one_of(words, st.lists(words, max_size=3).map("\n".join)),
        sets=st.lists(
            st.builds(Set, name=identifiers, description=words,
                      within=st.lists(identifiers, max_size=2).map(tuple)), max_size=2).map(tuple),
        parameters=st.lists(
            st.builds(Parameter, name=identifiers, description=words, unit=texts,
                      indices=st.lists(identifiers, max_size=2).map(tuple),
                      default=st.one_of(st.none(), finite)), max_size=2).map(tuple),
        variables=st.lists(
            st.builds(Variable, name=identifiers, description=words, unit=texts, lower=maybe_text, upper=maybe_text,
                      domain=st.sampled_from(["continuous", "integer", "binary"]),
                      indices=st.lists(texts, max_size=3).map(tuple)), max_size=2).map(tuple),
        objective=st.one_of(
            st.none(),
            st.builds(Objective, name=identifiers, description=words, unit=texts, expression=texts,
                      sense=st.sampled_from([None, "minimize", "maximize"]))),
        constraints=st.lists(
            st.builds(Constraint, name=identifiers, description=words, expression=texts, for_each=texts,
                      when=maybe_text), max_size=2).map(tuple),
    ),
    data=st.builds(
        Data,
        sets=st.dictionaries(
            st.one_of(identifiers, words),
            st.one_of(
                st.lists(st.one_of(members, st.lists(members, max_size=3).map(tuple)), max_size=4).map(tuple),
                st.integers(-5, 5).map(lambda low: tuple(range(low, low + 4)))), max_size=2),
        parameters=st.dictionaries(
            st.one_of(identifiers, words),
            st.one_of(finite, st.lists(records, max_size=4).map(tuple), tables), max_size=3),
    ),
)  # fmt: skip
