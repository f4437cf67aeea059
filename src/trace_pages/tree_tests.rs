use proptest::prelude::*;

use super::*;

fn node<'a>(id: &'a str, parent: &'a str, start: i64, end: i64) -> Node<'a> {
    Node {
        id,
        parent: Some(parent).filter(|p| !p.is_empty()),
        start: Some(start),
        end: Some(end),
        first: None,
    }
}

/// `(id, depth, cut)` in the order of the rows.
fn shape<'a>(nodes: &[Node<'a>]) -> Vec<(&'a str, usize, Option<Cut>)> {
    arrange(nodes).iter().map(|place| (nodes[place.index].id, place.depth, place.cut)).collect()
}

#[test]
fn children_follow_their_parent_in_time_order() {
    let nodes = [
        node("late", "top", 8, 9),
        node("top", "", 0, 10),
        node("leaf", "soon", 2, 3),
        node("soon", "top", 1, 4),
    ];
    let expected = [("top", 0, None), ("soon", 1, None), ("leaf", 2, None), ("late", 1, None)];
    assert_eq!(shape(&nodes), expected);
}

#[test]
fn a_span_whose_parent_never_came_stands_at_the_top_with_a_note() {
    let nodes = [node("a", "", 0, 5), node("b", "gone", 1, 2), node("c", "b", 1, 2)];
    assert_eq!(shape(&nodes), [("a", 0, None), ("b", 0, Some(Cut::ParentMissing)), ("c", 1, None)]);
}

#[test]
fn rings_are_cut_at_their_earliest_span() {
    let nodes =
        [node("b", "c", 2, 3), node("c", "a", 3, 4), node("a", "b", 1, 2), node("self", "self", 9, 9)];
    let expected = [("a", 0, Some(Cut::Ring)), ("c", 1, None), ("b", 2, None), ("self", 0, Some(Cut::Ring))];
    assert_eq!(shape(&nodes), expected);
}

#[test]
fn bars_stand_on_the_time_line() {
    let nodes =
        [node("top", "", 1_000, 2_000), node("half", "top", 1_500, 2_000), node("dot", "top", 2_000, 2_000)];
    let bars: Vec<_> = arrange(&nodes).iter().map(|place| (place.x, place.width)).collect();
    assert_eq!(bars, [(0, 1_000), (500, 500), (994, 6)]);
}

#[test]
fn odd_times_do_no_harm() {
    let unknown = Node { id: "u", parent: None, start: None, end: None, first: None };
    let backwards = node("b", "", 50, 10);
    let far = node("f", "", i64::MIN, i64::MAX);
    for place in arrange(&[unknown, backwards, far]) {
        assert!(place.x >= 0 && place.width >= 0 && place.x + place.width <= WATERFALL, "{place:?}");
    }
    assert!(arrange(&[]).is_empty());
}

#[test]
fn thirty_thousand_spans_in_one_line_are_no_burden() {
    let ids: Vec<String> = (0..30_000).map(|n| n.to_string()).collect();
    let nodes: Vec<Node<'_>> =
        (0..ids.len()).map(|n| node(&ids[n], if n == 0 { "" } else { &ids[n - 1] }, 0, 30_000)).collect();
    let places = arrange(&nodes);
    assert_eq!(places.len(), 30_000);
    assert_eq!(places.last().map(|place| place.depth), Some(29_999));
}

proptest! {
    #[test]
    fn every_span_has_exactly_one_row(parents in prop::collection::vec(0_usize..40, 0..40)) {
        let ids: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        let nodes: Vec<Node<'_>> = parents.iter().enumerate()
            .map(|(n, parent)| node(&ids[n], &ids[*parent], 0, 1)).collect();
        let mut rows: Vec<usize> = arrange(&nodes).iter().map(|place| place.index).collect();
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..nodes.len()).collect::<Vec<_>>());
    }
}
