use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// An outline by depths.
fn outline(depths: &[usize]) -> Outline {
    let place = |(index, depth): (usize, &usize)| Place {
        index,
        depth: *depth,
        cut: None,
        x: 0,
        width: 0,
        mark: None,
    };
    Outline::new(depths.iter().enumerate().map(place).collect())
}

fn indexes(lines: &[Line]) -> Vec<usize> {
    lines
        .iter()
        .filter_map(|line| if let Line::Span { place, .. } = line { Some(place.index) } else { None })
        .collect()
}

#[test]
fn a_small_tree_is_shown_whole() {
    let lines = outline(&[0, 1, 2, 1, 0]).page(&Wish::default(), 300);
    assert_eq!(indexes(&lines), [0, 1, 2, 3, 4]);
    let folds: Vec<(usize, Fold)> = lines
        .iter()
        .filter_map(
            |line| if let Line::Span { under, fold, .. } = line { Some((*under, *fold)) } else { None },
        )
        .collect();
    assert_eq!(folds, [(3, Fold::Open), (1, Fold::Open), (0, Fold::Leaf), (0, Fold::Leaf), (0, Fold::Leaf)]);
}

#[test]
fn levels_open_from_the_top_until_the_budget_is_used() {
    // Ten tops with five children each.
    let depths: Vec<usize> = (0..10).flat_map(|_| [0, 1, 1, 1, 1, 1]).collect();
    let lines = outline(&depths).page(&Wish::default(), 21);
    assert_eq!(lines.len(), 20);
    let closed = lines.iter().filter(|line| matches!(line, Line::Span { fold: Fold::Closed, under: 5, .. }));
    assert_eq!(closed.count(), 8);
}

#[test]
fn the_chosen_span_is_always_shown_and_what_is_closed_stays_closed() {
    let depths: Vec<usize> = std::iter::once(0).chain((0..1_000).flat_map(|_| [1, 2])).collect();
    let outline = outline(&depths);
    let chosen = 1_500;
    let lines = outline.page(&Wish { chosen: Some(chosen), ..Wish::default() }, 300);
    assert!(indexes(&lines).contains(&1_500));
    assert!(lines.len() <= 300 + WINDOW + 2, "{}", lines.len());
    let closed = Wish { chosen: Some(chosen), closed: HashSet::from([0]), ..Wish::default() };
    assert_eq!(indexes(&outline.page(&closed, 300)), [0]);
}

#[test]
fn many_siblings_come_in_windows() {
    let outline = outline(&vec![0; 1_000]);
    let lines = outline.page(&Wish::default(), 300);
    assert_eq!(indexes(&lines).len(), WINDOW);
    assert_eq!(
        lines.last(),
        Some(&Line::More { parent: None, from: 200, count: 800, before: false, depth: 0 })
    );
    let wish = Wish { from: HashMap::from([(None, 900)]), ..Wish::default() };
    let lines = outline.page(&wish, 300);
    assert_eq!(indexes(&lines).len(), 100);
    assert_eq!(
        lines.first(),
        Some(&Line::More { parent: None, from: 700, count: 900, before: true, depth: 0 })
    );
    assert_eq!(indexes(&outline.below(None, 200, 300)), (200..400).collect::<Vec<_>>());
    assert_eq!(outline.below(None, 200, 300).len(), WINDOW + 1);
}

#[test]
fn opening_a_row_gives_what_lies_under_it() {
    let outline = outline(&[0, 1, 2, 2, 1, 0]);
    assert_eq!(indexes(&outline.below(Some(0), 0, 300)), [1, 2, 3, 4]);
    assert_eq!(indexes(&outline.below(Some(0), 0, 2)), [1, 4]);
    assert!(outline.below(Some(5), 0, 300).is_empty());
}

#[test]
fn a_way_of_thousands_of_levels_begins_near_its_end() {
    let depths: Vec<usize> = (0..30_000).collect();
    let outline = outline(&depths);
    let lines = outline.page(&Wish { chosen: Some(29_000), ..Wish::default() }, 300);
    assert_eq!(lines.first(), Some(&Line::Above { levels: 28_901 }));
    assert!(indexes(&lines).contains(&29_000) && lines.len() <= 301, "{}", lines.len());
    assert_eq!(outline.page(&Wish::default(), 300).len(), 300);
}

#[test]
fn what_a_filter_keeps_hangs_from_its_nearest_kept_ancestor() {
    let places = outline(&[0, 1, 2, 3, 1, 2]).places;
    let kept = lift(places, |index| matches!(index, 0 | 3 | 5));
    let shape: Vec<(usize, usize)> = kept.iter().map(|place| (place.index, place.depth)).collect();
    assert_eq!(shape, [(0, 0), (3, 1), (5, 1)]);
}

proptest! {
    #[test]
    fn pages_are_bounded_and_loading_everything_shows_everything(steps in prop::collection::vec(0_usize..4, 1..120), budget in 1_usize..60) {
        let mut depth = 0_usize;
        let depths: Vec<usize> = steps.iter().enumerate().map(|(n, step)| {
            depth = if n == 0 { 0 } else { (depth + 1).saturating_sub(*step) };
            depth
        }).collect();
        let outline = outline(&depths);
        let lines = outline.page(&Wish::default(), budget);
        prop_assert!(lines.len() <= budget.max(WINDOW) + 1);
        prop_assert_eq!(indexes(&outline.page(&Wish::default(), 100_000)), (0..depths.len()).collect::<Vec<_>>());
        // Opening every closed row, one after the other, shows each span once.
        let mut seen = Vec::new();
        let mut waiting = lines;
        while let Some(line) = waiting.pop() {
            if let Line::Span { place, fold, .. } = line {
                seen.push(place.index);
                if fold == Fold::Closed {
                    waiting.extend(outline.below(Some(place.index), 0, budget));
                }
            }
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..depths.len()).collect::<Vec<_>>());
    }
}
