//! Tiers as typed, and what is said about those that cannot be.

use super::*;

fn form(text: &str) -> Form {
    Form::parse(format!("model=acme&input=1&output=2&{text}").as_bytes()).unwrap()
}

/// The paths and words of what is wrong.
fn faults(text: &str) -> Vec<(String, String)> {
    match read(&form(text)) {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|e| (e.path, e.message)).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn tiers_are_put_in_the_order_in_which_each_can_win() {
    let typed = "tier.0.input_over=200%2C000&tier.0.input=2&tier.1.input_over=&tier.1.service_tier=Flex&tier.1.output=0.5\
                 &tier.2.input_over=500+000&tier.2.input=4&tier.3.input_over=&tier.3.service_tier=";
    let price = read(&form(typed)).unwrap();
    let names: Vec<&str> = price.tiers.iter().map(|tier| tier.name.as_str()).collect();
    assert_eq!(names, ["flex", "over 500000 input tokens", "over 200000 input tokens"]);
    assert_eq!(price.tiers[1].rates.input.unwrap().to_string(), "4.00");
    assert_eq!(tiers_sent(&form(typed)), 4);
    assert!(read(&form("")).unwrap().tiers.is_empty());
}

#[test]
fn a_tier_that_cannot_be_is_told_by_its_field() {
    for (typed, path, word) in [
        ("tier.0.input_over=many&tier.0.input=1", "tier.0.input_over", "whole number"),
        ("tier.0.input_over=-5&tier.0.input=1", "tier.0.input_over", "whole number"),
        ("tier.0.input_over=&tier.0.input=1", "tier.0.input_over", "which calls"),
        ("tier.0.input_over=5&tier.0.output=cheap", "tier.0.output", "dollars"),
        ("tier.0.input_over=5", "tier.0.input", "at least one price"),
        (
            "tier.0.input_over=5&tier.0.input=1&tier.1.input_over=5&tier.1.input=2",
            "tier.1.input_over",
            "same calls",
        ),
    ] {
        let faults = faults(typed);
        assert_eq!(faults.len(), 1, "{typed}: {faults:?}");
        assert!(faults[0].0 == path && faults[0].1.contains(word), "{typed}: {faults:?}");
    }
}
