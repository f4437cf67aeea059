//! What two people wrote of one asset at the same time, brought together field by field. Pure.

use crate::foundation::FieldErrors;

use super::model::{Criticality, Facts};

/// What somebody wrote over `was` while the asset became `now`: what they left as it was is as it is now. Where both wrote
/// something else it is theirs that stands, and the error at that field names the other.
pub fn merge(mine: Facts, was: &Facts, now: &Facts) -> (Facts, FieldErrors) {
    let mut both = FieldErrors::default();
    let mut pick = |path: &str, mine: String, was: &str, now: &str| {
        if mine == was {
            return now.to_owned();
        }
        if now != was && now != mine {
            both.add(path, meanwhile(now));
        }
        mine
    };
    let letter = mine.criticality.as_str().to_owned();
    let letter = pick("criticality", letter, was.criticality.as_str(), now.criticality.as_str());
    let merged = Facts {
        criticality: Criticality::read(&letter).unwrap_or_default(),
        name: pick("name", mine.name, &was.name, &now.name),
        kind: pick("kind", mine.kind, &was.kind, &now.kind),
        place: pick("place", mine.place, &was.place, &now.place),
        maker: pick("maker", mine.maker, &was.maker, &now.maker),
        model: pick("model", mine.model, &was.model, &now.model),
        serial: pick("serial", mine.serial, &was.serial, &now.serial),
        notes: pick("notes", mine.notes, &was.notes, &now.notes),
    };
    (merged, both)
}

fn meanwhile(now: &str) -> String {
    let theirs = if now.is_empty() {
        "somebody emptied this meanwhile".to_owned()
    } else {
        format!("somebody wrote “{now}” here meanwhile")
    };
    format!("{theirs}; save again, and what you wrote stands")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, place: &str, notes: &str) -> Facts {
        let text = str::to_owned;
        Facts { name: text(name), place: text(place), notes: text(notes), ..Facts::default() }
    }

    #[test]
    fn each_field_is_whose_hand_changed_it_and_two_hands_are_told() {
        let was = facts("Line", "Hall 1", "");
        for (mine, now, wanted, told) in [
            (facts("Line 2", "Hall 1", ""), was.clone(), facts("Line 2", "Hall 1", ""), None),
            (
                facts("Line", "Hall 1", "oiled"),
                facts("Line", "Hall 2", ""),
                facts("Line", "Hall 2", "oiled"),
                None,
            ),
            (facts("Line", "Hall 2", ""), facts("Line", "Hall 2", ""), facts("Line", "Hall 2", ""), None),
            (
                facts("Line", "Hall 3", ""),
                facts("Line", "Hall 2", ""),
                facts("Line", "Hall 3", ""),
                Some("Hall 2"),
            ),
            (
                facts("Line", "Hall 3", ""),
                facts("Line", "", "x"),
                facts("Line", "Hall 3", "x"),
                Some("emptied"),
            ),
        ] {
            let (merged, both) = merge(mine, &was, &now);
            assert_eq!(merged, wanted);
            assert_eq!(both.get("place").is_some(), told.is_some());
            assert!(told.is_none_or(|told| both.get("place").is_some_and(|it| it.contains(told))));
        }
        let to = |criticality| Facts { criticality, ..was.clone() };
        let (merged, both) = merge(to(Criticality::A), &was, &to(Criticality::B));
        assert!(merged.criticality == Criticality::A && both.get("criticality").is_some());
    }
}
