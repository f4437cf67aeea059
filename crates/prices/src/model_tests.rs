//! Cost against rational arithmetic, and what must hold for any price and any call.

use proptest::prelude::*;

use super::*;

fn rate(dollars_per_million: &str) -> Option<Rate> {
    crate::import::per_million(dollars_per_million)
}

fn sonnet() -> Price {
    let rates = |input, read, write, output| Rates {
        input: rate(input),
        cached_read: rate(read),
        cache_write: rate(write),
        output: rate(output),
        ..Rates::default()
    };
    let tier = |over| Tier {
        name: format!("over {over}"),
        input_over: Some(over),
        service_tier: None,
        rates: rates("6", "0.6", "7.5", "22.5"),
    };
    Price {
        model: "claude-sonnet-4-5".into(),
        names: vec!["claude-sonnet-4-5".into()],
        rates: rates("3", "0.3", "3.75", "15"),
        tiers: vec![tier(200_000)],
        ..Price::default()
    }
}

#[test]
fn costs_of_known_bills() {
    let cost = |tokens: Tokens| sonnet().cost(&tokens, None).total.0;
    let call =
        Tokens { input: 1_000, cached_read: 2_000, cache_write: 400, output: 500, ..Tokens::default() };
    assert_eq!(cost(call), 3_000_000 + 600_000 + 1_500_000 + 7_500_000);
    assert_eq!(cost(Tokens::default()), 0);
    assert_eq!(
        cost(Tokens { reasoning: 500, ..Tokens::default() }),
        7_500_000,
        "reasoning costs what output does"
    );
    assert_eq!(cost(Tokens { audio_input: 10, ..Tokens::default() }), 30_000, "audio costs what input does");
    assert_eq!(
        cost(Tokens { cache_write_1h: 400, ..Tokens::default() }),
        1_500_000,
        "an hour costs what writes do"
    );
}

#[test]
fn the_finest_rates_are_exact_and_one_rounding_comes_last() {
    // $0.0000001 a token, and a rate a billion times finer.
    assert_eq!(rate("0.1").unwrap().nanos(), 100_000_000);
    let finest = Rates { input: Rate::new(1), output: Rate::new(1), ..Rates::default() };
    let cost = |input, output| finest.cost(&Tokens { input, output, ..Tokens::default() }).0;
    assert_eq!((cost(499_999, 0), cost(500_000, 0), cost(250_000, 250_000)), (0, 1, 1));
    assert_eq!(rate("0.0375").unwrap().to_string(), "0.0375");
    assert_eq!(rate("15").unwrap().to_string(), "15.00");
    assert_eq!(Rate::new(-1), None);
    assert_eq!(Rate::new(Rate::MAX + 1), None);
}

#[test]
fn a_tier_begins_behind_its_boundary_and_counts_all_input() {
    let price = sonnet();
    let name = |tokens: &Tokens| price.rates_for(tokens, None).1.map(str::to_owned);
    let at = Tokens { input: 100_000, cached_read: 90_000, cache_write: 10_000, ..Tokens::default() };
    assert_eq!(name(&at), None);
    let over = Tokens { cached_read: 90_001, ..at };
    assert_eq!(name(&over).as_deref(), Some("over 200000"));
    assert_eq!(
        price.cost(&over, None).total.0,
        600_000_000 + 54_000_600 + 75_000_000,
        "the whole call, not the rest"
    );
}

#[test]
fn a_service_tier_needs_its_word_and_falls_back_rate_by_rate() {
    let mut price = sonnet();
    let rates = Rates { input: rate("1.5"), ..Rates::default() };
    price
        .tiers
        .insert(0, Tier { name: "flex".into(), input_over: None, service_tier: Some("flex".into()), rates });
    let call = Tokens { input: 1_000, output: 1_000, ..Tokens::default() };
    assert_eq!(price.cost(&call, Some("flex")).total.0, 1_500_000 + 15_000_000);
    assert_eq!(price.cost(&call, Some("priority")).total.0, 18_000_000);
}

#[test]
fn dates_hold_from_the_first_moment_up_to_the_last() {
    let price = Price { from: Some(Timestamp(10)), until: Some(Timestamp(20)), ..sonnet() };
    for (at, holds) in [(9, false), (10, true), (19, true), (20, false)] {
        assert_eq!(price.holds_at(Timestamp(at)), holds, "{at}");
    }
}

#[test]
fn contradictions_are_refused_by_field() {
    let path = |price: Price| match price.check() {
        Err(Error::Invalid(errors)) => errors.0[0].path.clone(),
        _ => String::new(),
    };
    assert_eq!(path(sonnet()), "");
    assert_eq!(path(Price { names: Vec::new(), ..sonnet() }), "names");
    assert_eq!(path(Price { rates: Rates::default(), ..sonnet() }), "rates");
    assert_eq!(path(Price { from: Some(Timestamp(2)), until: Some(Timestamp(2)), ..sonnet() }), "until");
    assert_eq!(path(Price { model: "m".repeat(301), ..sonnet() }), "model");
}

fn any_rate() -> impl Strategy<Value = Option<Rate>> {
    prop_oneof![
        1 => Just(None),
        4 => (0..100_000_000_000_i64).prop_map(Rate::new),
        1 => (0..=Rate::MAX).prop_map(Rate::new),
    ]
}

prop_compose! {
    fn any_rates()(
        input in any_rate(), cached_read in any_rate(), cache_write in any_rate(), cache_write_1h in any_rate(),
        output in any_rate(), reasoning in any_rate(), audio_input in any_rate(), audio_output in any_rate(),
    ) -> Rates {
        Rates { input, cached_read, cache_write, cache_write_1h, output, reasoning, audio_input, audio_output, request: None }
    }
}

prop_compose! {
    fn any_tokens()(c in proptest::array::uniform8(0..10_000_000_i64)) -> Tokens {
        Tokens {
            input: c[0], cached_read: c[1], cache_write: c[2], cache_write_1h: c[3],
            output: c[4], reasoning: c[5], audio_input: c[6], audio_output: c[7],
        }
    }
}

fn plus(a: Tokens, b: Tokens) -> Tokens {
    Tokens {
        input: a.input + b.input,
        cached_read: a.cached_read + b.cached_read,
        cache_write: a.cache_write + b.cache_write,
        cache_write_1h: a.cache_write_1h + b.cache_write_1h,
        output: a.output + b.output,
        reasoning: a.reasoning + b.reasoning,
        audio_input: a.audio_input + b.audio_input,
        audio_output: a.audio_output + b.audio_output,
    }
}

proptest! {
    #[test]
    fn exact_costs_add_up_and_rounding_is_at_most_half(rates in any_rates(), a in any_tokens(), b in any_tokens()) {
        prop_assert_eq!(rates.exact(&a) + rates.exact(&b), rates.exact(&plus(a, b)));
        let (exact, rounded) = (rates.exact(&a), i128::from(rates.cost(&a).0) * MILLION);
        prop_assert!(rounded - exact <= MILLION / 2 && exact - rounded < MILLION / 2 + 1);
    }

    #[test]
    fn no_cost_is_negative_and_more_tokens_never_cost_less(rates in any_rates(), a in any_tokens(), b in any_tokens()) {
        prop_assert!(rates.cost(&a).0 >= 0);
        prop_assert!(rates.cost(&plus(a, b)) >= rates.cost(&a));
    }

    #[test]
    fn no_number_of_tokens_overflows(rates in any_rates(), count in (i64::MAX - 10)..=i64::MAX) {
        let all = Tokens {
            input: count, cached_read: count, cache_write: count, cache_write_1h: count,
            output: count, reasoning: count, audio_input: count, audio_output: count,
        };
        prop_assert!(rates.cost(&all).0 >= 0);
    }

    #[test]
    fn a_price_reads_back_as_it_was_written(rates in any_rates(), over in proptest::option::of(0..1_000_000_i64)) {
        let tier = Tier { name: "t".into(), input_over: over, service_tier: None, rates };
        let price = Price { tiers: vec![tier], rates, ..sonnet() };
        let text = serde_json::to_string(&price).unwrap();
        prop_assert_eq!(serde_json::from_str::<Price>(&text).unwrap(), price);
    }
}
