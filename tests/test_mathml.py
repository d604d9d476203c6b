"""Formulas are converted to MathML during the build, and the result contains nothing but MathML."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.mathml import mathml

MATHML = "{http://www.w3.org/1998/Math/MathML}"
THIN = '<mspace width="0.167em" />'


@pytest.mark.parametrize(
    "latex",
    [
        "x",
        r"\frac{1}{2} w^2",
        r"\sum_{i=1}^n \hat{y}_i \le \sqrt[3]{\theta}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\text{rate of } x",
        r"a < b \times 1{,}050",
        r"\left( \mathbf{w} \cdot \nabla_\theta \right)",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\left\{ \begin{aligned} a &= \sum_i b_i \\ c &= d \end{aligned} \right.",
        r"\begin{gather*} a = b \\ c = d \end{gather*}",
        r"\begin{alignat*}{2} a &= b & c &= d \end{alignat*}",
        r"\begin{alignedat}{1}{} a &= b \end{alignedat}",
        r"\begin{eqnarray} a &=& b \end{eqnarray}",
        r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{rcases} a \\ b \end{rcases} c",
        r"\begin{equation} a = b \label{eq:a} \end{equation}",
        r"\underset{x}{\arg\min}\, f(x)",
        r"\arg\max_{\theta} L",
    ],
)
def test_formulas_common_in_machine_learning_are_supported(latex: str) -> None:
    tree = ElementTree.fromstring(mathml(latex, block=False))
    assert tree[0].tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert len(tree[0])


def test_an_inline_formula_stays_in_its_line() -> None:
    converted = mathml("w - 5", block=False)
    assert converted.startswith('<span class="math"><math')
    assert 'display="inline"' in converted
    assert "\n" not in converted


def test_a_block_formula_is_between_empty_lines() -> None:
    converted = mathml("w - 5", block=True)
    assert converted.startswith('\n\n<div class="math"><math')
    assert converted.endswith("</div>\n\n")
    assert 'display="block"' in converted


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (
            r"\begin{tabular} a & b \end{tabular}",
            "the environment tabular, which is not known; aligned and cases are known",
        ),
        (r"\softmax(x)", r"\softmax, which is not a known command; \operatorname{...} names a function"),
        (r"\begin{cases} a", r"cannot be parsed (an \end{...} is missing)"),
        (r"\left( x", r"cannot be parsed (\left has no matching \right)"),
        ("x_1_2", "cannot be parsed (two subscripts follow each other; put one in braces)"),
        (r"\frac{1}", "cannot be parsed (an argument is missing)"),
        ("x^", "cannot be parsed (nothing follows ^ or _)"),
        (r"\href{https://example.org}{x}", "contains links, styles, or HTML"),
    ],
)
def test_the_reason_is_given_in_words(latex: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        mathml(latex, block=True)


@pytest.mark.parametrize(
    "latex",
    ["", r"\frac{1}", r"\frac", "x_1_2", r"\left(", r"\color", r"\begin{matrix}", r"\big", "{" * 2000],
)
def test_a_malformed_formula_is_rejected(latex: str) -> None:
    with pytest.raises(ValueError, match="the formula cannot be parsed"):
        mathml(latex, block=False)


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r'\text{<mi onclick="alert(1)">x</mi>}',
        r"\text{</math><b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{md-header}{x}",
        r"\mbox{<img src=x>}",
        r"\color{red;background:url(//a)}{x}",
    ],
)
def test_a_formula_brings_no_link_style_or_html_into_the_page(latex: str) -> None:
    with pytest.raises(ValueError, match="contains links, styles, or HTML"):
        mathml(latex, block=False)


def test_html_characters_in_a_formula_are_escaped() -> None:
    converted = mathml("<script>", block=False)
    assert "<script" not in converted
    assert "&#x0003C;" in converted


commands = st.sampled_from(
    [
        *"{}^_&x1 ()[]'|<>~%",
        *(r"\frac", r"\left", r"\right", r"\begin{matrix}", r"\end{matrix}", r"\sqrt", r"\sum", r"\text{a}"),
        *("\\\\", r"\hat", r"\color", r"\binom", r"\href", r"\genfrac", r"\big", r"\hspace", r"\substack"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=20), st.lists(commands, max_size=10).map("".join)))
def test_any_input_is_mathml_or_rejected(latex: str) -> None:
    try:
        converted = mathml(latex, block=False)
    except ValueError:
        return
    tags = {node.tag.partition("}")[2] for node in ElementTree.fromstring(converted)[0].iter()}
    assert all(tag.startswith("m") or tag == "none" for tag in tags)


def test_an_unknown_command_is_named() -> None:
    with pytest.raises(ValueError, match=r"contains \\foo, which is not a known command"):
        mathml(r"\foo{x}", block=False)
    assert "x" in mathml(r"x \backslash y", block=False)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mathbb R", "<mi>ℝ</mi>"),
        (r"\mathbf{x_1}", "<msub><mi>𝐱</mi><mn>𝟏</mn></msub>"),
        (r"\bm{x}", "<mi>𝒙</mi>"),
        (r"\boldsymbol\beta", "<mi>𝜷</mi>"),
        (r"\mathfrak g", "<mi>𝔤</mi>"),
        (r"\mathrm d", '<mi mathvariant="normal">d</mi>'),
        (r"\textbf{a}", '<mtext mathvariant="bold">a</mtext>'),
        (r"\mathbf{<}", "<mo>&lt;</mo>"),
        (r"\overbrace{a}^n", '<mo stretchy="true">&#x23DE;</mo></mover>'),
        (r"\underbrace{a}_n", '<mo stretchy="true">&#x23DF;</mo></munder>'),
        (r"\overline{ab}", '<mo stretchy="true">&#x0203E;</mo></mover>'),
        (r"\underline{ab}", '<mo stretchy="true">&#x00332;</mo></munder>'),
        (r"\widehat{ab}", '<mo stretchy="true">&#x00302;</mo></mover>'),
        (r"\widetilde{ab}", '<mo stretchy="true">&#x002DC;</mo></mover>'),
        (r"\overrightarrow{AB}", '<mo stretchy="true">&#x02192;</mo></mover>'),
        (r"\overbracket{ab}", '<mo stretchy="true">&#x23B4;</mo></mover>'),
        ("a < b", "<mo>&#x0003C;</mo>"),
    ],
)
def test_letters_and_accents_are_what_browsers_show(latex: str, expected: str) -> None:
    assert expected in mathml(latex, block=False)


@pytest.mark.parametrize(
    ("latex", "block", "expected"),
    [
        (r"\max_x f", True, "<munder><mo>max</mo><mi>x</mi></munder>"),
        (r"\max_x f", False, "<msub><mo>max</mo><mi>x</mi></msub>"),
        (r"\operatorname*{arg\,min}_x", True, '<munder><mo movablelimits="true">arg&#x02009;min</mo>'),
        (r"\operatorname{soft-max 1}(x)", False, "<mo>soft&#x0002D;max&#x00031;</mo>"),
        (r"\mathrm{P}", False, '<mi mathvariant="normal">&#x00050;</mi>'),
        (r"n\log n", False, f"<mi>n</mi>{THIN}<mi>log</mi>{THIN}<mi>n</mi>"),
        (r"2\sin^2 x\cos(y)", False, f"</msup>{THIN}<mi>x</mi>{THIN}<mi>cos</mi><mo "),
        (r"-\ln\left(x\right)", False, "<mo>&#x02212;</mo><mi>ln</mi><mrow><mo "),
        (r"\text{a*b_c*}\log x", False, "<mtext>a&#x0002A;b&#x0005F;c&#x0002A;</mtext>"),
    ],
)
def test_operators_functions_and_letters_look_as_in_print(latex: str, block: bool, expected: str) -> None:
    assert expected in mathml(latex, block)


def test_the_lines_of_an_array_are_drawn() -> None:
    lines = r"\begin{array}{l|cr|} a & b & c \\ \hline d & e & f \\ g & h & i \end{array} + \begin{matrix} a \end{matrix}"
    cells = list(ElementTree.fromstring(mathml(lines, block=True).strip()).iter(f"{MATHML}mtd"))
    assert [cell.get("class", "") for cell in cells] == [
        *("", "line-before", ""),
        *("line-above", "line-before line-above", "line-above"),
        *("", "line-before", "", ""),
    ]
