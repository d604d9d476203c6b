"""Text is split into sentences as a reader would do, each with its offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences


def marked_text(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


# A ¦ marks the start of each sentence after the first.
KINDS = {
    "plain ends": """
One. ¦Two! ¦Three? ¦Four
Really?! ¦Yes.
It works. ¦it still works.
Two blanks follow.  ¦They change nothing.
At 3.5 per year it grows. ¦So what.
It grew by .5 points. ¦Then it fell.
It took 3. ¦Then 4.
""",
    "Latin abbreviations": """
Use filters, e.g. convolutions. ¦Or not.
Use the default, i.e. Adam. ¦Or not.
E.g. Adam works. ¦So does SGD.
Compare SGD vs. Adam. ¦Then choose.
It costs approx. 5 dollars. ¦That is little.
See cf. Smith on this. ¦It helps.
It was founded ca. 1900. ¦It closed later.
The use of convolutions, e.g. by Dr. Lee et al. in 2012, spread.
""",
    "other languages": """
Eine Behörde, d. h. eine Stelle, z. B. Ämter, nach Art. 3 Abs. 2 BGB. ¦Nr. 5 gilt nicht.
Der Zins ist 3,5 % p. a. und steigt. ¦Am 3. Oktober im 19. Jahrhundert usw. ¦Danach nicht.
L'eau, p. ex. Evian, suit l'art. 5 du code. ¦Elle coule.
Це т. зв. клас за ст. 5 кодексу, напр. Мова. ¦Далі буде.
""",
    "other scripts": """
データから規則を学ぶ方法。¦教師ありと教師なしがある！¦そうか？
他说：“我去。”然后走了。¦然后呢？
هل هي طريقة؟ ¦لها أنواع.
यह एक है। ¦वह दो है।
""",
    "etc. and et al.": """
Cats, dogs, etc. are animals. ¦Stones are not.
We saw cats, dogs, etc. ¦The stones were still.
We saw cats (dogs, etc.) and stones. ¦They were still.
The network of Dr. Lee et al. has layers. ¦It learns.
Lee et al. (2012) showed this. ¦It holds.
It was shown by Lee et al. ¦Others doubt it.
The network (Lee et al.) Ada built is old. ¦It runs.
""",
    "titles and names": """
Dr. Lee met Mr. and Mrs. Smith. ¦They spoke.
Prof. Ada Lovelace wrote it. ¦It ran.
By J. Smith and A. B. Jones. ¦They agree.
J.R.R. Tolkien wrote it. ¦It is long.
It is by L. van der Maaten. ¦He wrote it.
She lives in St. Louis. ¦He lives on Main St. ¦They write.
The deal with Pitt & Co. closed. ¦It was signed by Pitt & Co. ¦They paid.
""",
    "single letters that are not initials": """
It was you and I. ¦We agreed.
We chose plan B. ¦Then we left.
We compare model A. ¦Model B is larger.
""",
    "acronyms": """
The U.S. Army moved. ¦It stopped.
They live in the U.S. ¦The army does too.
The U.S. economy grew. ¦It shrank.
At 5 p.m. on Monday it rained. ¦It stopped.
It rained at 5 a.m. ¦We slept.
The draws are i.i.d. ¦They do not depend on each other.
She has a Ph.D. in physics. ¦He has none.
Acme Inc. makes chips. ¦They are small.
""",
    "references to parts and pages": """
See Fig. 3 for this. ¦It is small.
See Figs. 3 and 4. ¦They are small.
By Eq. (2) it grows. ¦So what.
See Sec. IV of the paper. ¦It is short.
Read pp. 4 to 9. ¦Then stop.
""",
    "No. as a number and as an answer": """
It is No. 3 on the list. ¦No. 4 is better.
Nos. 3 and 4 failed. ¦Others did not.
Is it random? ¦No. ¦It is fixed.
Does it help? ¦No. ¦0 of them do.
He asked, "Is it?" ¦"No." ¦"Why?"
""",
    "dates, units, and quantities": """
Since Jan. 5 it works. ¦It did not before.
A 5 ft. wall is low. ¦It falls.
The max. value is 3. ¦It is the max. ¦Nothing is larger.
As 5! = 120, it grows. ¦So does n! for larger n.
""",
    "ellipses": """
We wait ... and see. ¦Then we act.
We wait … and see. ¦Then we act.
We wait . . . and see. ¦Then we act.
We wait... ¦Then we act.
We wait . . . . ¦Then we act.
"It learns [...] quickly" (Smith 55). ¦It stops.
""",
    "quotes and brackets": """
He said "stop." ¦Then he went.
"Stop!" he said. ¦Then he went.
"Why?" asks the reader. ¦We answer.
He said “stop.” ¦“Go,” she said.
(Two in brackets.) ¦Two.
It works (does it?) for all. ¦Perhaps.
It works (see Fig. 3). ¦It is fast.
It works.[12] ¦So do others.[^note] ¦Good.
**It works.** ¦It is fast.
""",
    "addresses, file names, and versions": """
See example.com/a?b=c.d for more. ¦It is long.
Open model.py or setup.cfg. ¦Then run it.
Go to https://example.com. ¦Then read.
Her address is Jane.Doe@example.com. ¦Write to her.
Version 2.1.3 of Node.js and .NET is out. ¦Get it.
""",
    "initials before brackets": """
Rumelhart, D. E. (1986). ¦It was forgotten.
Hinton, G. E., & Osindero, S. (2006). ¦A fast one followed.
The model of A. (see below) is best. ¦It is old.
It is by Lee, J. [12] and others. ¦It is old.
They chose plan B. (see below) and left. ¦It was late.
It was you and I. ¦(We agreed.) ¦Then we left.
""",
    "initials before lowercase words": """
The worm C. elegans is small. ¦It lives.
In C. elegans, the neurons are known. ¦There are few.
The genome of E. coli is short. ¦We read it.
It is by J. Öztürk and L. de la Cruz. ¦They agree.
""",
    "brackets around a whole sentence": """
(We also tried trees, forests, etc.) ¦The results were worse.
(We also tried trees, forests, etc.) and the results were worse. ¦We stopped.
It works. ¦(We read [3] and Lee et al.) ¦Then we tried it.
[It rained at 5 p.m.] ¦We stayed.
(We) saw the network (Lee et al.) Ada built. ¦It runs.
""",
    "references with letters and leading zeros": """
See Fig. S1 for this. ¦It is small.
Fig. E1 shows this. ¦Fig. A12b does too.
Grant No. 0757627 paid. ¦No. 007 did not.
""",
    "times, companies, and degrees before capitals": """
They ran at 5 p.m. ¦Models that trained at night did better.
They ran at 5 p.m. Pacific Time. ¦Others ran at 6 p.m. EST or at 7 a.m. Monday.
It was made by Google Inc. ¦Researchers there trained it.
Pitt & Co. Ltd. sold it to Acme Inc. CEO Ada Lovelace. ¦She paid.
It was bought by Acme Corp. ¦Engineers use it.
She has a Ph.D. ¦Students like her.
""",
    "more abbreviations": """
It was shown by Lee et. al. in 2012. ¦Others doubt it.
See Sect. 3, Chap. 4, Eqn. 2, and Tbl. 1 for this. ¦They are short.
The std. dev. is 3. ¦The Std. Dev. of the other is 4.
We give the mean and the std. ¦The mean is 3.
Approx. Bayesian methods work. ¦Approx. 5 are known.
""",
    "numbered points within a line": """
1. First one. ¦2. Second one.
a. First one. ¦It is short.
""",
}
BLOCKS = (
    "It works.\n¦The line wraps before this.",
    "A wrapped line, e.g.\nconvolutions. ¦The end.",
    "One line\nand its second.",
    "A paragraph\n\n¦Another one",
    "Points:\n\n- ¦first\n- ¦second, e.g.\n- ¦third",
    "Points:\n* ¦one\n* ¦two",
    "¦1. First one. ¦It is short.\n¦2. Second one.",
    "It divides the sum of all of them by\nn. ¦The skipper gets it.",
    "It maps a picture to\ny. ¦The loss compares them.",
    "It was World War\nII. ¦The army moved.",
    "It was introduced in\n2012. ¦The network had eight layers.",
    "It was written by\nJ. Smith. ¦It is old.",
    "Points:\n¦2. Second\n¦3. Third, which\nwraps\n¦4. Fourth",
    "¦1. It was introduced in\n2012. ¦It is old.\n¦2. It was not.",
    "Points follow\n¦1. First\n¦2. Second",
    "¦a. First\n¦b. Second\n\n¦iii. Third\n¦iv. Fourth",
    "It works.\n¦b. The second. ¦It is short.",
    "# ¦Heading\n¦Text below it.\n## ¦Another\n¦Text below that.",
    "| ¦a b | c |\n| ¦d | e f |\n",
)


@pytest.mark.parametrize("marked", [line for lines in KINDS.values() for line in lines.strip().splitlines()])
def test_sentence_boundaries(marked: str) -> None:
    assert marked_text(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


@pytest.mark.parametrize("marked", BLOCKS)
def test_blocks_end_a_sentence_and_wrapped_lines_do_not(marked: str) -> None:
    expected = [part.rstrip(" \n-*#|") for part in marked.split("¦")]
    assert [text.rstrip(" |") for text in marked_text(marked.replace("¦", ""))] == [
        part for part in expected if part
    ]


@pytest.mark.parametrize("text", ["", "...", "- \n- ", "?!"])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert marked_text(text) == []


@pytest.mark.parametrize(
    "unit",
    [
        "a. ",
        "A. ",
        ". ",
        "...",
        "1. ",
        '(". ',
        "a.\n",
        " \n",
        "[1",
        "e.g. ",
        ".[a]",
        "# a\n",
        "1.\n",
        "(a etc.) B ",
        "(a [b. ",
    ],
)
def test_hostile_text_of_any_kind_is_split(unit: str) -> None:
    """The split must end, and no sentence may be lost. `make bench-hostile` measures how long checks of such texts
    take."""
    text = (unit * 200_000)[:200_000]
    found = sentences(text)
    assert all(text.startswith(sentence.text, sentence.offset) for sentence in found)


@pytest.mark.parametrize("marked", [line for lines in KINDS.values() for line in lines.strip().splitlines()])
def test_a_single_sentence_is_one_sentence(marked: str) -> None:
    for sentence in marked_text(marked.replace("¦", "")):
        assert marked_text(sentence) == [sentence]


def test_words_are_compared_without_case_and_punctuation() -> None:
    first, other = sentences('Fine-tuning, "done" it\'s.'), sentences("fine-tuning done   it's")
    assert first[0].words == other[0].words == ("fine-tuning", "done", "it's")


@given(st.text(alphabet=st.sampled_from("aB.!? \n-*|1(\"'")))
def test_each_sentence_is_at_its_offset(text: str) -> None:
    for sentence in sentences(text):
        assert text[sentence.offset :].startswith(sentence.text)


@given(st.text(alphabet=st.sampled_from("ab[]()|{}$`~#<>/!* \n-")))
def test_masked_text_has_the_same_length_and_lines(text: str) -> None:
    seen = masked(text)
    assert len(seen) == len(text)
    assert [at for at, sign in enumerate(seen) if sign == "\n"] == [
        at for at, sign in enumerate(text) if sign == "\n"
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("some `code` here", "some 0      here"),
        ("at {{ a.b }} now", "at 0         now"),
        ("$x^2$ grows", "0     grows"),
        ("see [[fine-tuning]]", "see   fine-tuning  "),
        ("see [[loss|the loss]]", "see        the loss  "),
        ("see [words](https://a.b)", "see  words              "),
        ("**bold** lead", "  bold   lead"),
        ("* first *point*\n  * second", "* first  point \n  * second"),
        ("# Heading\ntext", "# Heading\ntext"),
    ],
)
def test_readable_text_keeps_its_offset(text: str, seen: str) -> None:
    assert masked(text) == seen
