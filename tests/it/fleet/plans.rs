//! How SQLite finds what the fleet's figures are read from: a plan does not depend on how much is stored.

use tracewright::db::AnyConnection;
use tracewright::fleet::model::Question;
use tracewright::fleet::reads::Reader;
use tracewright::foundation::{ProjectKey, Timestamp};
use tracewright::performance::reads::workflows;
use tracewright::series::{self, Metric, Step};

use crate::harness::{Backend, block_on};
use crate::plans::plans;

const PROJECT: ProjectKey = ProjectKey(1);

/// Figures over all time are read from what is added up, and from what came in the last seconds, whatever is stored.
#[test]
fn the_series_of_the_fleet_are_found_without_the_rows_of_traces() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let found = plans(conn, |conn| {
                series::totals(conn, Some(PROJECT)).unwrap();
                let (hour, day) = (3_600_000_000, 24 * 3_600_000_000);
                let time = (Timestamp(day - hour), Timestamp(2 * day));
                series::in_time(conn, PROJECT, Metric::WorkflowRuns, time, Step::Day).unwrap();
            });
            assert_eq!(found.len(), 2, "{found:#?}");
            for (sql, plan) in &found {
                assert!(!sql.contains("observations") && !sql.contains("traces"), "{sql}");
                let mut scans = plan.iter().filter(|step| step.starts_with("SCAN "));
                assert!(scans.all(|step| step.contains("series_deltas")), "{plan:?}");
            }
            let by = |at: usize, index: &str| found[at].1.iter().any(|step| step.contains(index));
            assert!((0..2).all(|at| by(at, "series_revisions")), "{found:#?}");
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}

/// A page of figures looks at no row of a trace, however many there are.
#[test]
fn figures_of_the_fleet_come_from_sums_alone() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let question = Question::of(PROJECT, Timestamp(4), Timestamp(8));
            let found = plans(conn, |conn| drop(Reader::of(conn, &question).unwrap()));
            assert_eq!(found.len(), 1, "{found:#?}");
            assert!(!found[0].0.contains("observations"), "{found:#?}");
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}

/// Why gates failed is asked of those that failed, and not of every span of a stage.
#[test]
fn failed_gates_are_found_by_their_own_index() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let question = Question::of(PROJECT, Timestamp(4), Timestamp(8));
            let found = plans(conn, |conn| drop(workflows(conn, &question).unwrap()));
            let failed: Vec<_> = found.iter().filter(|(sql, _)| sql.contains("AS reason")).collect();
            let is_found =
                |plan: &[String]| plan.iter().any(|step| step.contains("observations_failed_gates"));
            assert!(failed.len() == 1 && is_found(&failed[0].1), "{found:#?}");
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}
