"""Diagrams: every box and arrow is drawn once in each form, nothing overlaps, and Markdown leaves the SVG unchanged."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from itertools import combinations

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.drawing.diagram import NARROW, WIDE_DOWN, WIDE_RIGHT, draw_diagram
from executable_glossary.drawing.diagram_geometry import Curve, Point, Rectangle
from executable_glossary.drawing.diagram_layers import layered
from executable_glossary.drawing.diagram_layout import Drawing, Style, placed
from executable_glossary.drawing.lettering import balanced, text_width
from executable_glossary.model.diagram import Diagram

STYLES = (WIDE_RIGHT, WIDE_DOWN, NARROW)
KINDS = ("data", "model", "step", "result")


def diagram(edges: str, direction: str = "right", **labels: str) -> Diagram:
    """`a>b:verb b>c` with a box for each letter, which is its label by default."""
    arrows = [edge.partition(":")[::2] for edge in edges.replace("_", " ").split(",")]
    ends = [(ends.strip().split(">"), verb) for ends, verb in arrows]
    names = list(dict.fromkeys(name for (pair, _) in ends for name in pair))
    return Diagram.model_validate(
        {
            "title": "A title",
            "says": "The same in words.",
            "direction": direction,
            "nodes": [
                {"id": name, "label": labels.get(name, f"box {name}"), "kind": KINDS[number % 4]}
                for number, name in enumerate(names)
            ],
            "edges": [{"from": a, "to": b, "label": verb} for ((a, b), verb) in ends],
        }
    )


CHAIN = diagram("a>b:train,b>c:copy,c>d:answer")
MERGE = diagram("a>b:train,b>d:hands_its_weights_to,c>d:correct_in_small_steps,d>e:answers")
FAN = diagram("a>e:fill,b>e:shape,c>e:feed,d>e:document,e>f:answers,e>g:starts")
CIRCLE = diagram("a>b:then,b>c:measure,c>d:decide,d>b:if_not_lower_the_rate,d>a:start_over")
SKIP = diagram("a>b:one,b>c:two,c>d:three,a>d:past_all_of_them")
NINE = diagram("a>b,a>c:x,a>d,b>e:y,c>e,c>f,d>f:z,e>g,f>g,g>h:end,g>i:end")
ALL = {"chain": CHAIN, "merge": MERGE, "fan": FAN, "circle": CIRCLE, "skip": SKIP, "nine": NINE}


def svgs(drawn: str) -> list[ElementTree.Element]:
    """The drawings as XML; parsing fails if one is not well-formed."""
    return [child for child in ElementTree.fromstring(drawn) if child.tag == "svg"]


def texts(svg: ElementTree.Element, kind: str) -> list[str]:
    """The text of each element with this class, with its lines joined."""
    crossed = svg.iter("text")
    return [" ".join(line.text or "" for line in text) for text in crossed if text.get("class") == kind]


class TestFigure:
    def test_it_is_one_figure_with_a_caption(self) -> None:
        figure = ElementTree.fromstring(draw_diagram(CHAIN, "tuning"))
        assert (figure.tag, figure.get("class")) == ("figure", "diagram")
        caption = figure[-1]
        assert caption.tag == "figcaption"
        assert "".join(caption.itertext()) == "A title. The same in words."

    def test_both_drawings_have_a_text_alternative_with_unique_ids(self) -> None:
        for form, svg in zip(("wide", "narrow"), svgs(draw_diagram(CHAIN, "tuning")), strict=True):
            assert (svg.get("role"), svg.get("class")) == ("img", f"diagram__{form}")
            title, description = svg[0], svg[1]
            assert (title.tag, title.get("id"), title.text) == ("title", f"tuning-{form}-title", "A title")
            assert (description.tag, description.get("id"), description.text) == (
                "desc",
                f"tuning-{form}-says",
                "The same in words.",
            )
            assert svg.get("aria-labelledby") == title.get("id")
            assert svg.get("aria-describedby") == description.get("id")

    @pytest.mark.parametrize("name", ALL)
    def test_every_box_and_verb_is_drawn_once_in_each_form(self, name: str) -> None:
        for svg in svgs(draw_diagram(ALL[name], "d")):
            assert sorted(texts(svg, "diagram__label")) == sorted(node.label for node in ALL[name].nodes)
            assert sorted(texts(svg, "diagram__verb")) == sorted(e.label for e in ALL[name].edges if e.label)
            heads = [path for path in svg.iter("path") if path.get("class") == "diagram__head"]
            assert len(heads) == len(ALL[name].edges)

    def test_kinds_of_boxes_differ_in_shape_and_not_only_in_color(self) -> None:
        svg = svgs(draw_diagram(diagram("a>b,b>c,c>d"), "d"))[0]
        boxes = {group.get("class", "").split("--")[1]: group for group in svg.iter("g")}
        shapes = {
            kind: tuple((part.get("class"), part.get("rx")) for part in box.iter("rect"))
            for kind, box in boxes.items()
        }
        assert set(shapes) == set(KINDS)
        assert shapes["data"] != shapes["model"] != shapes["step"] != shapes["result"]
        assert len(set(shapes.values())) == 4

    def test_authors_text_is_never_markup(self) -> None:
        nasty = '<script>alert("1")</script> & "so" on'
        drawn = draw_diagram(
            diagram("a>b:x", a=nasty).model_copy(update={"title": nasty, "says": nasty}), '"><b>'
        )
        figure = ElementTree.fromstring(drawn)
        assert {part.tag for part in figure.iter()} <= {
            "figure",
            "svg",
            "title",
            "desc",
            "path",
            "g",
            "rect",
            "text",
            "tspan",
            "figcaption",
            "strong",
        }
        assert " ".join(texts(svgs(drawn)[0], "diagram__label")[0].split()) == nasty

    def test_the_same_diagram_produces_the_same_bytes(self) -> None:
        for drawn in ALL.values():
            assert draw_diagram(drawn, "d") == draw_diagram.__wrapped__(drawn, "d")

    @pytest.mark.parametrize("extensions", [[], ["md_in_html", "attr_list", "tables"]])
    def test_markdown_leaves_it_unchanged(self, extensions: list[str]) -> None:
        drawn = draw_diagram(CIRCLE, "d")
        assert "\n\n" not in drawn
        assert drawn in markdown.markdown(f"Before.\n\n{drawn}\n\nAfter.", extensions=extensions)


class TestLayers:
    def test_a_box_is_below_all_boxes_that_point_to_it(self) -> None:
        assert layered(CHAIN, 4).rows == (("a",), ("b",), ("c",), ("d",))

    def test_a_source_is_directly_above_the_box_that_needs_it(self) -> None:
        rows = layered(MERGE, 4).rows
        assert [set(row) for row in rows] == [{"a"}, {"b", "c"}, {"d"}, {"e"}]

    def test_no_layer_has_more_boxes_than_fit(self) -> None:
        assert max(len(row) for row in layered(FAN, 4).rows) == 4
        boxes = {node.id for node in FAN.nodes}
        assert max(len(boxes.intersection(row)) for row in layered(FAN, 2).rows) == 2

    def test_an_arrow_that_closes_a_cycle_runs_backward(self) -> None:
        backward = [link.label for link in layered(CIRCLE, 4).links if link.backward]
        assert backward == ["if not lower the rate", "start over"]

    def test_a_long_arrow_reserves_a_slot_in_each_layer_that_it_crosses(self) -> None:
        layers = layered(SKIP, 4)
        long = next(link for link in layers.links if link.label == "past all of them")
        assert len(long.stops) == 4
        assert all(stop in row for stop, row in zip(long.stops, layers.rows, strict=True))

    def test_boxes_are_reordered_to_avoid_a_crossing(self) -> None:
        rows = layered(diagram("a>d,b>c,x>a,x>b"), 4).rows
        last, before = rows[-1], rows[-2]
        assert (last.index("d") < last.index("c")) == (before.index("a") < before.index("b"))

    def test_an_arrow_from_a_box_to_itself_is_not_drawn(self) -> None:
        assert len(layered(diagram("a>b,b>b"), 4).links) == 1

    def test_the_main_path_is_the_longest_path(self) -> None:
        assert layered(MERGE, 4).spine == {"a", "b", "d", "e"}


class TestPlacement:
    @pytest.mark.parametrize("style", STYLES, ids=["right", "down", "narrow"])
    @pytest.mark.parametrize("name", ALL)
    def test_nothing_overlaps(self, name: str, style: Style) -> None:
        drawing = placed(ALL[name], style)
        assert _covered(drawing) == []
        assert _crossed(drawing) == []

    @pytest.mark.parametrize("name", ALL)
    def test_a_narrow_drawing_fits_on_a_phone(self, name: str) -> None:
        assert placed(ALL[name], NARROW).width <= 358

    def test_the_main_path_is_straight(self) -> None:
        for style in STYLES:
            places = {box.node.id: box.place for box in placed(MERGE, style).boxes}
            sides = {round(places[n].y if style.direction == "right" else places[n].x, 3) for n in "abde"}
            assert len(sides) == 1

    def test_a_chain_too_wide_for_the_page_runs_downward(self) -> None:
        long = diagram("a>b:leads_to,b>c:leads_to,c>d:leads_to,d>e:leads_to,e>f:leads_to,f>g:leads_to,g>h:to")
        svg = svgs(draw_diagram(long, "d"))[0]
        assert float(svg.get("width", "0")) < float(svg.get("height", "0"))

    def test_every_arrow_touches_its_boxes(self) -> None:
        drawing = placed(CIRCLE, WIDE_DOWN)
        places = {box.node.id: box.place for box in drawing.boxes}
        for edge, arrow in zip(CIRCLE.edges, drawing.arrows, strict=True):
            target = places[edge.target]
            edges_of_box = (target.top, target.top + target.height)
            assert min(abs(arrow.tip.y - side) for side in edges_of_box) < 0.01
            assert abs(arrow.tip.x - target.x) < target.width / 2

    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(data=st.data())
    def test_no_random_drawing_covers_a_box_or_a_verb(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(2, 9))
        pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] != p[1])
        chosen = data.draw(st.lists(pairs, min_size=1, max_size=10, unique=True))
        verbs = data.draw(
            st.lists(st.sampled_from(["", "train", "hands its weights to"]), min_size=10, max_size=10)
        )
        drawn = Diagram.model_validate(
            {
                "title": "T",
                "says": "S.",
                "nodes": [{"id": str(n), "label": f"Number {n} of all"} for n in range(count)],
                "edges": [
                    {"from": str(a), "to": str(b), "label": verb}
                    for (a, b), verb in zip(chosen, verbs, strict=False)
                ],
            }
        )
        for style in STYLES:
            drawing = placed(drawn, style)
            assert _covered(drawing) == []
            assert len(drawing.boxes) == count


def _covered(drawing: Drawing) -> list[tuple[Rectangle, Rectangle]]:
    """Pairs of boxes and verbs that overlap."""
    places = [box.place for box in drawing.boxes] + [a.verb_place for a in drawing.arrows if a.verb_place]
    return [(a, b) for a, b in combinations(places, 2) if a.meets(b)]


def _crossed(drawing: Drawing) -> list[str]:
    """Verbs and boxes that are crossed by a line of a different arrow."""
    boxes = [box.place for box in drawing.boxes]
    crossed = []
    for number, arrow in enumerate(drawing.arrows):
        points = [curve.at(t / 40) for curve in arrow.curves for t in range(41)]
        verbs = [a.verb_place for other, a in enumerate(drawing.arrows) if other != number and a.verb_place]
        if any(place.grown(-0.5).holds(point) for place in (*boxes, *verbs) for point in points):
            crossed.append(" ".join(arrow.verb))
    return crossed


class TestGeometry:
    def test_rectangles_that_only_touch_do_not_overlap(self) -> None:
        left, right = Rectangle(0, 0, 10, 10), Rectangle(10, 0, 10, 10)
        assert not left.meets(right)
        assert left.grown(0.1).meets(right)

    def test_a_point_on_the_border_is_outside(self) -> None:
        place = Rectangle(5, 5, 10, 10)
        assert (place.left, place.top) == (0, 0)
        assert place.holds(Point(0.1, 9.9))
        assert not place.holds(Point(0, 5))

    def test_a_curve_goes_from_start_to_end(self) -> None:
        curve = Curve(Point(0, 0), Point(5, 0), Point(5, 8), Point(10, 8))
        assert (curve.at(0), curve.at(0.5), curve.at(1)) == (Point(0, 0), Point(5, 4), Point(10, 8))


class TestArrows:
    def test_arrows_reach_a_box_in_the_order_of_their_other_ends(self) -> None:
        drawing = placed(FAN, WIDE_RIGHT)
        places = {box.node.id: box.place for box in drawing.boxes}
        ends = sorted(
            (places[e.source].y, a.tip.y)
            for e, a in zip(FAN.edges, drawing.arrows, strict=True)
            if e.target == "e"
        )
        heights = [tip for _, tip in ends]
        assert heights == sorted(set(heights))

    def test_a_backward_arrow_has_its_head_at_the_upper_box(self) -> None:
        drawing = placed(CIRCLE, WIDE_DOWN)
        back = next(arrow for arrow in drawing.arrows if arrow.backward)
        assert back.tip == back.curves[0].start
        assert back.tip.y < back.curves[-1].end.y

    def test_two_boxes_that_point_to_each_other_have_separate_arrows(self) -> None:
        drawing = placed(diagram("a>b:asks,b>a:answers"), WIDE_RIGHT)
        there, back = drawing.arrows
        assert (there.backward, back.backward) == (False, True)
        assert _covered(drawing) == [] == _crossed(drawing)

    def test_an_arrow_without_a_verb_has_no_background_for_it(self) -> None:
        drawn = draw_diagram(diagram("a>b"), "d")
        assert "diagram__plate" not in drawn
        assert "diagram__verb" not in drawn


class TestDirection:
    def test_right_points_to_the_right_and_down_points_down(self) -> None:
        right, down = placed(CHAIN, WIDE_RIGHT), placed(CHAIN, WIDE_DOWN)
        assert [box.place.x for box in right.boxes] == sorted(box.place.x for box in right.boxes)
        assert [box.place.y for box in down.boxes] == sorted(box.place.y for box in down.boxes)
        assert len({box.place.y for box in right.boxes}) == len({box.place.x for box in down.boxes}) == 1

    def test_the_author_sets_the_direction_of_the_wide_drawing_only(self) -> None:
        to_the_right, downward = (
            svgs(draw_diagram(diagram("a>b,b>c", way), way)) for way in ("right", "down")
        )
        wide = [
            float(svg.get("width", 0)) > float(svg.get("height", 0)) for svg in (to_the_right[0], downward[0])
        ]
        assert wide == [True, False]
        assert to_the_right[1].get("viewBox") == downward[1].get("viewBox")

    def test_the_view_box_contains_everything_that_is_drawn(self) -> None:
        for name, style in ((name, style) for name in ALL for style in STYLES):
            drawing = placed(ALL[name], style)
            verbs = [arrow.verb_place for arrow in drawing.arrows if arrow.verb_place]
            for place in (*(box.place for box in drawing.boxes), *verbs):
                assert drawing.left < place.left
                assert drawing.top < place.top
                assert place.left + place.width < drawing.left + drawing.width
                assert place.top + place.height < drawing.top + drawing.height


class TestLettering:
    def test_a_text_that_fits_stays_on_one_line(self) -> None:
        assert balanced("Fine-tuned model", 200, 15) == ("Fine-tuned model",)

    def test_lines_are_as_even_as_possible(self) -> None:
        assert balanced("Ten labeled pictures of each", 120, 15) == ("Ten labeled", "pictures of each")

    def test_a_word_is_never_broken(self) -> None:
        assert balanced("Hyperparameterization matters", 40, 15) == ("Hyperparameterization", "matters")

    def test_an_empty_text_is_one_empty_line(self) -> None:
        assert balanced("", 40, 15) == ("",)

    def test_width_grows_with_size_and_letters(self) -> None:
        assert text_width("illi", 10) < text_width("mmmm", 10) == pytest.approx(text_width("mmmm", 20) / 2)
