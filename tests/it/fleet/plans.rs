//! How SQLite finds what the fleet's figures are read from: a plan does not depend on how much is stored.

use tracewright::db::AnyConnection;
use tracewright::fleet::model::Question;
use tracewright::fleet::reads::Reader;
use tracewright::foundation::{ProjectKey, Timestamp};
use tracewright::performance::reads::workflows;
use tracewright::series::{self, Metric};

use crate::harness::{Backend, block_on};
use crate::plans::plans;

const PROJECT: ProjectKey = ProjectKey(1);

/// Figures over all time are read from what is added up, and from what came since the last minute, whatever is stored.
#[test]
fn the_series_of_the_fleet_are_found_without_the_rows_of_traces() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let found = plans(conn, |conn| {
                series::totals(conn, Some(PROJECT)).unwrap();
                series::in_time(conn, PROJECT, Metric::WorkflowRuns, Timestamp(4), Timestamp(8)).unwrap();
            });
            assert_eq!(found.len(), 2, "{found:#?}");
            for (sql, plan) in &found {
                assert!(!sql.contains("observations") && !sql.contains("traces"), "{sql}");
                let mut scans = plan.iter().filter(|step| step.starts_with("SCAN "));
                assert!(scans.all(|step| step.contains("series_deltas")), "{plan:?}");
            }
            let by = |at: usize, index: &str| found[at].1.iter().any(|step| step.contains(index));
            assert!(by(0, "series_totals_by_metric") && by(1, "series_hours_by_hour"), "{found:#?}");
            Ok(())
        };
        t.app.db.read(read).await.unwrap();
    });
}

/// Calls that were seen twice, which the fleet's figures take off, have an index of their own.
#[test]
fn what_does_not_count_is_found_by_its_own_index() {
    block_on(Backend::Sqlite, async |t| {
        let read = |conn: &mut AnyConnection| {
            let question = Question::of(PROJECT, Timestamp(4), Timestamp(8));
            let found = plans(conn, |conn| drop(Reader::of(conn, &question).unwrap()));
            let doubles: Vec<_> =
                found.iter().filter(|(sql, _)| sql.contains("NOT observations.counted")).collect();
            let is_found =
                |plan: &[String]| plan.iter().any(|step| step.contains("observations_not_counted"));
            assert!(doubles.len() == 1 && is_found(&doubles[0].1), "{found:#?}");
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
