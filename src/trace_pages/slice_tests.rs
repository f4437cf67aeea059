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

fn indexes(rows: &[OutlineRow]) -> Vec<usize> {
    rows.iter()
        .filter_map(|row| if let OutlineRow::Span { place, .. } = row { Some(place.index) } else { None })
        .collect()
}

#[test]
fn a_small_tree_is_shown_whole() {
    let rows = outline(&[0, 1, 2, 1, 0]).page(&TreeState::default(), 300);
    assert_eq!(indexes(&rows), [0, 1, 2, 3, 4]);
    let folds: Vec<(usize, Fold)> = rows
        .iter()
        .filter_map(
            |row| if let OutlineRow::Span { under, fold, .. } = row { Some((*under, *fold)) } else { None },
        )
        .collect();
    assert_eq!(folds, [(3, Fold::Open), (1, Fold::Open), (0, Fold::Leaf), (0, Fold::Leaf), (0, Fold::Leaf)]);
}

#[test]
fn levels_open_from_the_top_until_the_budget_is_used() {
    // Ten tops with five children each.
    let depths: Vec<usize> = (0..10).flat_map(|_| [0, 1, 1, 1, 1, 1]).collect();
    let rows = outline(&depths).page(&TreeState::default(), 21);
    assert_eq!(rows.len(), 20);
    let closed =
        rows.iter().filter(|row| matches!(row, OutlineRow::Span { fold: Fold::Closed, under: 5, .. }));
    assert_eq!(closed.count(), 8);
}

#[test]
fn the_chosen_span_is_always_shown_and_what_is_closed_stays_closed() {
    let depths: Vec<usize> = std::iter::once(0).chain((0..1_000).flat_map(|_| [1, 2])).collect();
    let outline = outline(&depths);
    let chosen = 1_500;
    let rows = outline.page(&TreeState { chosen: Some(chosen), ..TreeState::default() }, 300);
    assert!(indexes(&rows).contains(&1_500));
    assert!(rows.len() <= 300 + WINDOW + 2, "{}", rows.len());
    let closed = TreeState { chosen: Some(chosen), closed: HashSet::from([0]), ..TreeState::default() };
    assert_eq!(indexes(&outline.page(&closed, 300)), [0]);
}

#[test]
fn many_siblings_come_in_windows() {
    let outline = outline(&vec![0; 1_000]);
    let rows = outline.page(&TreeState::default(), 300);
    assert_eq!(indexes(&rows).len(), WINDOW);
    assert_eq!(
        rows.last(),
        Some(&OutlineRow::More { parent: None, from: 200, count: 800, before: false, depth: 0 })
    );
    let state = TreeState { from: HashMap::from([(None, 900)]), ..TreeState::default() };
    let rows = outline.page(&state, 300);
    assert_eq!(indexes(&rows).len(), 100);
    assert_eq!(
        rows.first(),
        Some(&OutlineRow::More { parent: None, from: 700, count: 900, before: true, depth: 0 })
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
    let rows = outline.page(&TreeState { chosen: Some(29_000), ..TreeState::default() }, 300);
    assert_eq!(rows.first(), Some(&OutlineRow::Above { levels: 28_901 }));
    assert!(indexes(&rows).contains(&29_000) && rows.len() <= 301, "{}", rows.len());
    assert_eq!(outline.page(&TreeState::default(), 300).len(), 300);
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
        let rows = outline.page(&TreeState::default(), budget);
        prop_assert!(rows.len() <= budget.max(WINDOW) + 1);
        prop_assert_eq!(indexes(&outline.page(&TreeState::default(), 100_000)), (0..depths.len()).collect::<Vec<_>>());
        // Opening every closed row, one after the other, shows each span once.
        let mut seen = Vec::new();
        let mut waiting = rows;
        while let Some(row) = waiting.pop() {
            if let OutlineRow::Span { place, fold, .. } = row {
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
