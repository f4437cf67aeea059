//! What two people wrote of one asset at the same time, brought together field by field. Pure.

use crate::foundation::FieldErrors;

use super::model::{Criticality, Facts, MeterFacts, MeterKind};

/// What somebody wrote over `was` while the asset became `now`: what they left as it was is as it is now. Where both wrote
/// something else it is theirs that stands, and the error at that field names the other.
pub fn merge(mine: Facts, was: &Facts, now: &Facts) -> (Facts, FieldErrors) {
    let mut both = FieldErrors::default();
    let mut pick = |path, mine, was: &str, now: &str| picked(&mut both, path, mine, (was, now));
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

/// The same of a meter. Limits that do not go together are for its own rules to find.
pub fn merge_meter(mine: MeterFacts, was: &MeterFacts, now: &MeterFacts) -> (MeterFacts, FieldErrors) {
    let mut both = FieldErrors::default();
    let mut pick = |path, mine, was: &str, now: &str| picked(&mut both, path, mine, (was, now));
    let kind = pick("kind", mine.kind.as_str().to_owned(), was.kind.as_str(), now.kind.as_str());
    let merged = MeterFacts {
        kind: MeterKind::read(&kind).unwrap_or_default(),
        name: pick("name", mine.name, &was.name, &now.name),
        unit: pick("unit", mine.unit, &was.unit, &now.unit),
        low: pick("low", mine.low, &was.low, &now.low),
        high: pick("high", mine.high, &was.high, &now.high),
    };
    (merged, both)
}

/// Whose text stands.
fn picked(both: &mut FieldErrors, path: &str, mine: String, (was, now): (&str, &str)) -> String {
    if mine == was {
        return now.to_owned();
    }
    if now != was && now != mine {
        both.add(path, meanwhile(now));
    }
    mine
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
        let meter = |name: &str, high: &str| MeterFacts {
            name: name.to_owned(),
            high: high.to_owned(),
            ..MeterFacts::default()
        };
        let (merged, both) = merge_meter(meter("Oil", "6"), &meter("Oli", "6"), &meter("Oli", "7"));
        assert!(merged == meter("Oil", "7") && both.0.is_empty());
        let (merged, both) = merge_meter(meter("Oli", "8"), &meter("Oli", "6"), &meter("Oli", "7"));
        assert!(merged == meter("Oli", "8") && both.get("high").is_some_and(|it| it.contains('7')));
        let to = |criticality| Facts { criticality, ..was.clone() };
        let (merged, both) = merge(to(Criticality::A), &was, &to(Criticality::B));
        assert!(merged.criticality == Criticality::A && both.get("criticality").is_some());
    }
}
