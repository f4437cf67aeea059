//! Whose tokens count, by table and over random trees that come in any order.

use foundation::money::NanoDollars;
use foundation::{Digest, ProjectKey};
use proptest::prelude::*;
use trace_model::{Known, Observation, ObservationKind as Kind, ScopeRef, TokenCounts, Usage};

use super::super::columns;
use super::*;

fn observation(id: &str, parent: Option<&str>, kind: Kind, scope: &str, tokens: i64) -> Observation {
    let usage = Usage {
        counts: TokenCounts { uncached_input: tokens, ..TokenCounts::default() },
        known: Known::NONE.with(trace_model::Counter::UncachedInput),
        ..Usage::default()
    };
    Observation {
        id: id.to_owned(),
        parent_id: parent.map(str::to_owned),
        kind: Some(kind),
        scope: Some(ScopeRef { name: scope.to_owned(), version: String::new() }),
        usage: (tokens > 0).then(|| Box::new(usage)),
        ..Observation::default()
    }
}

fn stored(o: &Observation) -> StoredObservation {
    columns::row(ProjectKey(1), "t", o, 1, Digest([0; 32]), Vec::new())
}

/// What is stored after these groups came one after the other.
fn after(groups: &[Vec<Observation>]) -> BTreeMap<String, StoredObservation> {
    let mut kept: BTreeMap<String, StoredObservation> = BTreeMap::new();
    for group in groups {
        let mut rows: BTreeMap<_, _> = group.iter().map(|o| (o.id.clone(), stored(o))).collect();
        let tree = kept.iter().map(|(id, row)| (id.clone(), TreeRow::for_tests(row))).collect();
        for flip in settle(&mut rows, &tree) {
            let row = kept.get_mut(&flip.observation_id).unwrap();
            assert_ne!(row.shown.counted, flip.counted);
            row.shown.counted = flip.counted;
        }
        kept.extend(rows);
    }
    kept
}

fn counted(kept: &BTreeMap<String, StoredObservation>) -> Vec<&str> {
    kept.values().filter(|row| row.shown.counted).map(|row| row.shown.observation_id.as_str()).collect()
}

#[test]
fn the_deepest_that_has_tokens_counts() {
    use Kind::{Agent, Chain, Embedding, Generation, Span};
    type Line = (&'static str, Option<&'static str>, Kind, &'static str, i64);
    let table: &[(&str, &[Line], &str)] = &[
        (
            "an agent over its calls",
            &[
                ("a", None, Agent, "s", 30),
                ("b", Some("a"), Generation, "s", 10),
                ("c", Some("a"), Generation, "s", 20),
            ],
            "b c",
        ),
        ("an agent alone", &[("a", None, Agent, "s", 30), ("b", Some("a"), Span, "s", 0)], "a b"),
        (
            "agents in agents, with spans between",
            &[
                ("a", None, Agent, "s", 30),
                ("b", Some("a"), Chain, "s", 0),
                ("c", Some("b"), Agent, "s", 30),
                ("d", Some("c"), Span, "s", 0),
                ("e", Some("d"), Generation, "s", 30),
            ],
            "b d e",
        ),
        (
            "the deepest of agents without calls",
            &[("a", None, Agent, "s", 30), ("b", Some("a"), Agent, "s", 30)],
            "b",
        ),
        (
            "a call that another instrumentation saw",
            &[("a", None, Generation, "litellm", 30), ("b", Some("a"), Generation, "openai", 28)],
            "b",
        ),
        (
            "the same over a span of the wire",
            &[
                ("a", None, Generation, "litellm", 30),
                ("b", Some("a"), Span, "http", 0),
                ("c", Some("b"), Generation, "openai", 30),
            ],
            "b c",
        ),
        (
            "a call in a call",
            &[("a", None, Generation, "s", 30), ("b", Some("a"), Generation, "s", 10)],
            "a b",
        ),
        (
            "a call that is just the calls in it",
            &[
                ("a", None, Generation, "s", 30),
                ("b", Some("a"), Generation, "s", 10),
                ("c", Some("a"), Generation, "s", 20),
            ],
            "b c",
        ),
        (
            "an embedding in a call by another",
            &[("a", None, Generation, "s", 30), ("b", Some("a"), Embedding, "openai", 10)],
            "a b",
        ),
        ("itself as parent", &[("a", Some("a"), Agent, "s", 30)], "a"),
        ("a parent that never came", &[("a", Some("x"), Generation, "s", 30)], "a"),
        (
            "a circle without tokens",
            &[
                ("a", Some("b"), Span, "s", 0),
                ("b", Some("a"), Span, "s", 0),
                ("c", Some("a"), Generation, "s", 3),
            ],
            "a b c",
        ),
    ];
    for (what, lines, expected) in table {
        let all: Vec<Observation> = lines
            .iter()
            .map(|(id, parent, kind, scope, n)| observation(id, *parent, *kind, scope, *n))
            .collect();
        assert_eq!(counted(&after(std::slice::from_ref(&all))).join(" "), *expected, "{what}");
        let one_by_one: Vec<_> = all.iter().map(|o| vec![o.clone()]).collect();
        assert_eq!(counted(&after(&one_by_one)).join(" "), *expected, "{what}, one by one");
        let back: Vec<_> = one_by_one.into_iter().rev().collect();
        assert_eq!(counted(&after(&back)).join(" "), *expected, "{what}, from below");
    }
}

#[test]
fn a_cost_on_an_agent_is_in_no_sum_when_its_calls_count() {
    let agent =
        Observation { provided_cost: Some(NanoDollars(9)), ..observation("a", None, Kind::Agent, "s", 0) };
    let call = observation("b", Some("a"), Kind::Generation, "s", 10);
    assert_eq!(counted(&after(&[vec![agent.clone()], vec![call]])), ["b"]);
    assert_eq!(counted(&after(&[vec![agent]])), ["a"]);
}

proptest! {
    /// Any tree, in any order, cut into any requests: the same observations count, and together they have each token once.
    #[test]
    fn order_and_cuts_change_nothing(
        parents in prop::collection::vec(any::<prop::sample::Index>(), 1..24),
        kinds in prop::collection::vec(0_usize..4, 24),
        tokens in prop::collection::vec(1_i64..50, 24),
        (order, cuts) in (Just((0..24_usize).collect::<Vec<_>>()).prop_shuffle(), prop::collection::vec(any::<bool>(), 24)),
    ) {
        let len = parents.len();
        let parent = |n: usize| (n > 0).then(|| parents[n].index(n));
        let mut has_child = vec![false; len];
        (0..len).filter_map(parent).for_each(|n| has_child[n] = true);
        // Calls at the ends; above them spans without tokens, and agents that repeat the sum of what is below.
        let mut sums: Vec<i64> = (0..len).map(|n| if has_child[n] { 0 } else { tokens[n] }).collect();
        for n in (1..len).rev() {
            sums[parent(n).unwrap()] += sums[n];
        }
        let made = |n: usize| {
            let (kind, sum) = match (has_child[n], kinds[n]) {
                (false, _) => (Kind::Generation, tokens[n]),
                (true, 0) => (Kind::Agent, sums[n]),
                (true, 1) => (Kind::Span, sums[n]),
                (true, 2) => (Kind::Chain, 0),
                (true, _) => (Kind::Generation, sums[n]),
            };
            let scope = if has_child[n] && kinds[n] > 0 { "outer" } else { "inner" };
            observation(&format!("{n:02}"), parent(n).map(|n| format!("{n:02}")).as_deref(), kind, scope, sum)
        };
        let whole = after(&[(0..len).map(made).collect()]);
        let mut groups: Vec<Vec<Observation>> = vec![Vec::new()];
        for (place, n) in order.into_iter().filter(|n| *n < len).enumerate() {
            if cuts[place] {
                groups.push(Vec::new());
            }
            groups.last_mut().unwrap().push(made(n));
        }
        let pieces = after(&groups);
        prop_assert_eq!(counted(&pieces), counted(&whole));
        let sum: i64 = pieces.values().filter(|row| row.shown.counted).map(|row| row.shown.input_tokens()).sum();
        let leaves: i64 = (0..len).filter(|n| !has_child[*n]).map(|n| tokens[n]).sum();
        prop_assert_eq!(sum, leaves);
    }
}
