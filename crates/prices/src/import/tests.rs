//! The three forms, read exactly, and refusals with their reasons.

use super::*;
use crate::model::{Tier, Tokens};

fn nanos(rate: Option<Rate>) -> i64 {
    rate.map_or(-1, Rate::nanos)
}

fn only(table: &Table) -> &Price {
    assert_eq!(table.prices.len(), 1, "{table:?}");
    &table.prices[0]
}

#[test]
fn litellm_tiers_stand_in_the_names_of_fields() {
    let text = r#"{
        "sample_spec": {"input_cost_per_token": 0},
        "claude-sonnet-4-5": {
            "litellm_provider": "anthropic", "mode": "chat", "max_tokens": 64000,
            "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
            "cache_read_input_token_cost": 3e-07, "cache_creation_input_token_cost": 3.75e-06,
            "cache_creation_input_token_cost_above_1hr": 6e-06,
            "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05,
            "input_cost_per_token_flex": 1.5e-06, "input_cost_per_token_above_200k_tokens_priority": 9e-06,
            "input_cost_per_token_batches": 1.5e-06
        },
        "dall-e-3": {"input_cost_per_pixel": 1e-08},
        "broken": {"input_cost_per_token": -1},
        "odd": 7
    }"#;
    let table = read(text, "prices.json").unwrap();
    let price = only(&table);
    assert_eq!((nanos(price.rates.input), nanos(price.rates.cache_write_1h)), (3_000_000_000, 6_000_000_000));
    let tiers: Vec<_> =
        price.tiers.iter().map(|t: &Tier| (t.service_tier.as_deref(), t.input_over)).collect();
    assert_eq!(tiers, [(Some("flex"), None), (Some("priority"), Some(200_000)), (None, Some(200_000))]);
    let refused: Vec<_> = table.refused.iter().map(|refused| refused.row.as_str()).collect();
    assert_eq!(refused, ["dall-e-3", "broken", "odd"]);
    assert!(table.refused[0].why.contains("no price for tokens"));
    assert_eq!(table.label, "prices.json");
}

#[test]
fn langfuse_models_are_patterns_with_tiers() {
    let text = r#"[
        {"id": "x", "modelName": "gpt-4o", "matchPattern": "(?i)^(openai/)?(gpt-4o)$", "pricingTiers": [
            {"name": "Standard", "isDefault": true, "priority": 0, "conditions": [], "prices":
                {"input": 0.0000025, "input_cached_tokens": 0.00000125, "input_cache_read": 0.00000125, "output": 0.00001}},
            {"name": "Big", "isDefault": false, "priority": 1, "conditions":
                [{"usageDetailPattern": "input", "operator": "gte", "value": 200000, "caseSensitive": false}],
                "prices": {"input": 0.000005}},
            {"name": "Fast", "isDefault": false, "priority": 2, "conditions":
                [{"source": "model_parameters", "key": "service_tier", "operator": "in", "values": ["priority", "fast"]}],
                "prices": {"input": 0.00001}}]},
        {"modelName": "old", "matchPattern": "old", "prices": {"total": 1e-7}},
        {"modelName": "bad", "matchPattern": "(", "prices": {"input": 1e-7}},
        {"modelName": "strange", "matchPattern": "s", "pricingTiers": [
            {"isDefault": true, "prices": {"input": 1e-7}},
            {"prices": {"input": 1e-7}, "conditions": [{"key": "moon", "operator": "in", "values": ["full"]}]}]}
    ]"#;
    let table = read(text, "").unwrap();
    let gpt = &table.prices[0];
    assert_eq!(gpt.names, ["gpt-4o"]);
    assert_eq!((nanos(gpt.rates.cached_read), gpt.tiers[0].input_over), (1_250_000_000, Some(199_999)));
    let services: Vec<_> = gpt.tiers.iter().map(|tier| tier.service_tier.as_deref()).collect();
    assert_eq!(services, [None, Some("priority"), Some("fast")]);
    let both = Tokens { input: 1_000_000, output: 1_000_000, ..Tokens::default() };
    assert_eq!(
        table.prices[1].cost(&both, None).total.0,
        200_000_000,
        "a price for the total is for each token"
    );
    let refused: Vec<_> = table.refused.iter().map(|refused| refused.row.as_str()).collect();
    assert_eq!(refused, ["strange", "bad"].iter().rev().copied().collect::<Vec<_>>());
}

#[test]
fn our_own_form_says_what_is_wrong_and_takes_the_rest() {
    let text = r#"{"format": "tracewright prices 1", "label": "2026-11", "source": "here", "as_of": "2026-11-01", "prices": [
        {"model": "m", "rates": {"input": 0.1, "output": "0.4"}, "tiers": [{"name": "flex", "service_tier": "FLEX", "rates": {"input": 0}}]},
        {"model": "m", "rates": {"input": 1}},
        {"model": "n", "rates": {"inputs": 1}},
        {"model": "o", "rates": {"input": "free"}},
        {"model": "p", "from": "yesterday", "rates": {"input": 1}},
        {"model": "q", "colour": "red", "rates": {"input": 1}}
    ]}"#;
    let table = read(text, "f").unwrap();
    let price = only(&table);
    assert_eq!((price.names.as_slice(), nanos(price.rates.input)), (&["m".to_owned()][..], 100_000_000));
    assert_eq!(price.tiers[0].service_tier.as_deref(), Some("flex"));
    assert_eq!(table.refused.len(), 5);
    for why in ["inputs", "free", "yesterday", "colour", "twice"] {
        assert!(table.refused.iter().any(|refused| refused.why.contains(why)), "{why}");
    }
}

#[test]
fn what_is_no_table_is_refused_whole() {
    for text in ["", "no", "[1", "{\"a\":", r#"{"format": "tracewright prices 1"}"#] {
        assert!(matches!(read(text, "f"), Err(Error::Invalid(_))), "{text}");
    }
}

/// Checks the maintained tables themselves where somebody laid them down.
#[test]
fn the_open_tables_are_read_where_they_are_at_hand() {
    let Ok(folder) = std::env::var("TRACEWRIGHT_PRICE_TABLES") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let table = read(&std::fs::read_to_string(&path).unwrap(), "open").unwrap();
        println!("{}: {} prices, {} refused", path.display(), table.prices.len(), table.refused.len());
        assert!(table.prices.len() > 100 && table.prices.len() > table.refused.len());
    }
}
