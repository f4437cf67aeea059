//! What a trace adds when it comes into a session after its calls.

use foundation::{Digest, Timestamp};
use trace_model::{Observation, ObservationKind};

use super::super::summary::{self, State, Sums};
use super::*;
use crate::series::Metric;

fn call(id: &str) -> (String, StoredObservation) {
    let o = Observation {
        id: id.to_owned(),
        kind: Some(ObservationKind::Generation),
        start_ns: Some(1_000),
        ..Observation::default()
    };
    let row = super::super::columns::row(ProjectKey(1), "t", &o, 1, Digest([0; 32]), Vec::new());
    (id.to_owned(), row)
}

/// A trace without a session that is in the series, with two calls.
fn known() -> Known {
    let at = Timestamp(0);
    let trace = summary::row(ProjectKey(1), "t", &State::default(), Sums::default(), &[], at, at).unwrap();
    Known { trace: Some(trace), observations: [call("a"), call("b")].into(), ..Known::default() }
}

fn tree(known: &Known) -> BTreeMap<String, TreeRow> {
    known.observations.iter().map(|(id, row)| (id.clone(), TreeRow::for_tests(row))).collect()
}

/// Calls, and those of them in a session, by which the sums of calls change.
fn change_of(known: &Known, rows: &BTreeMap<String, StoredObservation>, in_session: bool) -> (i64, i64) {
    let (changes, is_measured) = change(known, rows, &[], &[], Becomes { count: 3, in_session });
    assert!(is_measured);
    let calls = changes.iter().filter(|((_, series), _)| series.metric == Metric::Calls);
    calls.fold((0, 0), |(n, of), (_, sum)| (n + sum.n, of + sum.parts[6]))
}

#[test]
fn a_trace_that_comes_into_a_session_moves_all_its_calls_however_many_there_are() {
    let (nothing, one_more) = (BTreeMap::new(), BTreeMap::from([call("c")]));
    // Looked at as a whole; too large for that; and with nothing but the session coming.
    let small = Known { tree: Some(tree(&known())), ..known() };
    let large = Known { moved: Some(tree(&known())), ..known() };
    for known in [&small, &large] {
        assert_eq!(change_of(known, &nothing, false), (0, 0));
        assert_eq!(change_of(known, &one_more, false), (1, 0));
        assert_eq!(change_of(known, &nothing, true), (0, 2));
        assert_eq!(change_of(known, &one_more, true), (1, 3));
    }
    let again = BTreeMap::from([call("a")]);
    assert_eq!(change_of(&large, &again, true), (0, 2));
}
