//! Whatever labels hold, what was put in is read back, in both forms.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tracewright::scrape::family::{Family, Histogram};
use tracewright::scrape::text::{Form, write};

use super::parse::{Labels, read};

/// Texts with the signs that mean something to a reader.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(
            prop_oneof![
                Just("\\"),
                Just("\""),
                Just("\n"),
                Just("\0"),
                Just("{}"),
                Just(","),
                Just("=\""),
                Just("n"),
                Just("#")
            ],
            0..12
        )
        .prop_map(|signs| signs.concat()),
        any::<String>(),
    ]
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

proptest! {
    #[test]
    fn labels_survive(
        labels in proptest::collection::btree_map("[a-zA-Z][a-zA-Z0-9_]{0,8}", any_text(), 0..5),
        help in any_text(),
        value in any::<i64>(),
    ) {
        let pairs: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let families = [Family::gauge("g", help.as_str()).with(&pairs, value)];
        let wanted: Labels = labels.iter().map(|(name, value)| (name.clone(), without_nul(value))).collect();
        for form in [Form::Prometheus, Form::OpenMetrics] {
            let text = write(&families, form);
            let got = read(&text, form == Form::OpenMetrics).map_err(TestCaseError::fail)?;
            let (_, said) = &got.families["g"];
            prop_assert_eq!(said, &without_nul(&help));
            let samples: Vec<&(String, Labels)> = got.samples.keys().collect();
            let expected = ("g".to_owned(), wanted.clone());
            prop_assert_eq!(samples, vec![&expected]);
            let value = format!(" {value}\n");
            prop_assert!(text.contains(&value));
        }
    }

    #[test]
    fn any_names_and_kinds_can_be_read(
        names in proptest::collection::vec((any_text(), any_text(), any_text(), 0..3_u8), 0..8),
        bounds in proptest::collection::vec(any::<f64>(), 0..4),
        observed in proptest::collection::vec(any::<f64>(), 0..8),
    ) {
        let mut histogram = Histogram::with_bounds(&bounds);
        observed.iter().for_each(|value| histogram.observe(*value));
        // A family comes with one kind, whoever tells of it.
        let kinds: BTreeMap<String, u8> = names.iter().map(|(name, _, _, kind)| (fit(name), *kind)).collect();
        let families: Vec<Family> = names
            .iter()
            .map(|(name, label, value, _)| {
                let (labels, name) = ([(label.as_str(), value.as_str()), (value.as_str(), "x")], fit(name));
                match kinds[&name] {
                    0 => Family::counter(format!("{name}_total"), label.as_str()).with(&labels, 3_u64),
                    1 => Family::gauge(name, label.as_str()).with(&labels, 0.5),
                    _ => Family::histogram(name, label.as_str()).with(&labels, histogram.clone()),
                }
            })
            .collect();
        for form in [Form::Prometheus, Form::OpenMetrics] {
            let text = write(&families, form);
            let got = read(&text, form == Form::OpenMetrics);
            prop_assert!(got.is_ok(), "{:?}\n{}", got.err(), text);
            prop_assert_eq!(got.unwrap_or_default().families.is_empty(), families.is_empty());
        }
    }
}

/// Some letters of a name, so that names meet.
fn fit(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(3).collect();
    format!("m{letters}")
}
