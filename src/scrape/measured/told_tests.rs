//! Whatever becomes of what is stored, nothing that is told falls, and each growth is told once.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::told::{Figures, Kept, Whole, turn};

/// The figures of one series: its sum, and how many there are of each of three sizes.
type Stored = (i64, [i64; 3]);

fn figures_of((sum, [small, medium, large]): Stored) -> Vec<i64> {
    vec![small + medium + large, sum, small, small + medium, small + medium + large]
}

fn labels_of(series: u8) -> Vec<String> {
    // One of them is called as the rest is.
    if series == 0 { vec!["other".to_owned(); 2] } else { vec![format!("agent-{series}"), "x".to_owned()] }
}

fn stored(round: &BTreeMap<u8, Stored>) -> Figures {
    round.iter().map(|(series, stored)| (labels_of(*series), figures_of(*stored))).collect()
}

/// As it comes back from where it is kept.
fn read_back(kept: &Kept) -> Kept {
    serde_json::from_str(&serde_json::to_string(kept).unwrap()).unwrap()
}

/// What is stored at some moments: series come, grow, shrink and go.
fn any_rounds() -> impl Strategy<Value = Vec<BTreeMap<u8, Stored>>> {
    let stored = (0_i64..50, [0_i64..4, 0_i64..4, 0_i64..4]);
    proptest::collection::vec(proptest::collection::btree_map(0_u8..7, stored, 0..7), 1..12)
}

proptest! {
    #[test]
    fn nothing_falls_and_each_growth_is_told_once(rounds in any_rounds()) {
        let (mut kept, mut before, mut told) = (Kept::new(), Figures::new(), Figures::new());
        for round in &rounds {
            let now = stored(round);
            let turn = turn(&kept, &now, 100, Whole::Yes);
            kept = read_back(&turn.kept);
            prop_assert_eq!(&kept, &turn.kept);
            prop_assert_eq!(turn.dropped, 0);
            for (labels, figures) in &turn.told {
                let (last, was) = (told.get(labels), before.get(labels));
                let at = |of: Option<&Vec<i64>>, place: usize| of.map_or(0, |figures| figures[place]);
                for (place, figure) in figures.iter().enumerate() {
                    let growth = (now[labels][place] - at(was, place)).max(0);
                    prop_assert!(*figure >= at(last, place), "{labels:?} fell at {place}");
                    prop_assert!(*figure <= at(last, place) + growth, "{labels:?} grew too much at {place}");
                    // How many, how much and how many in all are told to the last one.
                    if [0, 1, 4].contains(&place) {
                        prop_assert_eq!(*figure, at(last, place) + growth);
                    }
                }
                prop_assert!(figures[2] <= figures[3] && figures[3] <= figures[4], "{figures:?}");
            }
            let with_something = now.iter().filter(|(_, figures)| figures.iter().any(|figure| *figure > 0));
            prop_assert!(with_something.map(|(labels, _)| labels).eq(turn.told.keys()));
            told.extend(turn.told);
            before = now;
        }
    }

    #[test]
    fn no_more_series_than_there_is_room_for_and_none_of_them_falls(rounds in any_rounds(), most in 0_usize..4) {
        let (mut kept, mut last, mut others) = (Kept::new(), Figures::new(), 0);
        let nothing = vec![0; 5];
        for round in &rounds {
            let now = stored(round);
            let turn = turn(&kept, &now, most, Whole::Yes);
            kept = read_back(&turn.kept);
            let own = turn.told.keys().filter(|labels| **labels != labels_of(0)).count();
            prop_assert!(own <= most && kept.len() <= most + 1, "{own} of {most}, {} kept", kept.len());
            for (labels, figures) in &turn.told {
                let before = last.get(labels).unwrap_or(&nothing);
                prop_assert!(figures.iter().zip(before).all(|(now, before)| now >= before), "{labels:?} fell");
            }
            if let Some(figures) = turn.told.get(&labels_of(0)) {
                prop_assert!(figures[0] >= others, "what is in other fell");
                others = figures[0];
            }
            last = turn.told;
        }
    }
}

#[test]
fn what_falls_is_not_told_and_what_grows_again_is() {
    let mut kept = Kept::new();
    let labels = || vec!["desk".to_owned(), "north".to_owned()];
    for (stored, told) in
        [(10, Some(10)), (7, Some(10)), (9, Some(12)), (0, None), (3, Some(15)), (3, Some(15))]
    {
        let turn = turn(&kept, &Figures::from([(labels(), vec![stored, 0])]), 5, Whole::Yes);
        assert_eq!(turn.told.get(&labels()).map(|figures| figures[0]), told, "{stored}");
        kept = turn.kept;
        assert!(!serde_json::to_string(&kept).unwrap().contains("desk"), "a name is kept");
    }
}

#[test]
fn a_large_one_that_comes_late_takes_no_place_of_those_that_are_told() {
    let of = |all: &[(&str, i64)]| -> Figures {
        all.iter().map(|(name, count)| (vec![(*name).to_owned()], vec![*count, 0])).collect()
    };
    let first = turn(&Kept::new(), &of(&[("a", 1), ("b", 9), ("c", 4)]), 2, Whole::Yes);
    assert_eq!((first.told, first.dropped), (of(&[("b", 9), ("c", 4), ("other", 1)]), 1));
    let second = turn(&first.kept, &of(&[("a", 50), ("b", 9), ("c", 4), ("other", 2)]), 2, Whole::Yes);
    assert_eq!((second.told, second.dropped), (of(&[("b", 9), ("c", 4), ("other", 52)]), 1));
    // One that is gone gives its place away, and what has left `other` leaves it as high as it was.
    let third = turn(&second.kept, &of(&[("a", 50), ("c", 4), ("other", 2)]), 2, Whole::Yes);
    assert_eq!((third.told, third.dropped), (of(&[("a", 50), ("c", 4), ("other", 52)]), 0));
}

#[test]
fn what_is_counted_anew_is_not_told_a_second_time() {
    let of = |all: &[(&str, i64)]| -> Figures {
        all.iter().map(|(name, count)| (vec![(*name).to_owned()], vec![*count])).collect()
    };
    let first = turn(&Kept::new(), &of(&[("a", 7), ("b", 3), ("c", 1)]), 2, Whole::Yes);
    assert_eq!(first.told, of(&[("a", 7), ("b", 3), ("other", 1)]));
    // All sums are taken away, and come back one by one; nobody takes the place of one that is still missing.
    let mut kept = first.kept;
    for (stored, told) in [
        (of(&[]), of(&[])),
        (of(&[("c", 1)]), of(&[("other", 1)])),
        (of(&[("c", 1), ("a", 5)]), of(&[("other", 1), ("a", 7)])),
        (of(&[("c", 1), ("a", 9)]), of(&[("other", 1), ("a", 9)])),
    ] {
        let turn = turn(&kept, &stored, 2, Whole::NotYet);
        assert_eq!(turn.told, told, "{stored:?}");
        kept = turn.kept;
    }
    let whole = turn(&kept, &of(&[("a", 9), ("b", 3), ("c", 1)]), 2, Whole::Yes);
    assert_eq!(whole.told, of(&[("a", 9), ("b", 3), ("other", 1)]));
    // One that does not come back has fallen, and what comes then is growth.
    let fallen = turn(&whole.kept, &of(&[("a", 2), ("c", 1)]), 2, Whole::Yes);
    let grown = turn(&fallen.kept, &of(&[("a", 3), ("c", 1)]), 2, Whole::Yes);
    assert_eq!(grown.told.get(&vec!["a".to_owned()]), Some(&vec![10]));
}
