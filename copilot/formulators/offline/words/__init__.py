"""The words of a text, before anything is understood. All readers share them.

``cleaning`` takes out the marks of typesetting, ``tables`` and ``layouts`` find tables, ``tokens`` gives words and
numbers with their places (``numerals`` and ``spelled`` for numbers in words, ``labels`` for those that only name).
What words mean by themselves: ``lexicon``, ``particles``, ``times``, ``space``, ``senses``; how they are built:
``morphology``. What a number measures: ``measures``; how it is bounded: ``comparators``; which phrases may be decided
about: ``phrases``; what they are called in a document: ``names``.
"""
