//! The tables of both pages as files, with the figures as they are stored: durations in seconds, moments in UTC.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::fleet::costs::day_of;
use crate::fleet_pages::asked::Asked;
use crate::foundation::{Error, Timestamp};
use crate::performance::gates::trend;
use crate::performance::model::{Bins, DAY};
use crate::performance::personas::transitions;
use crate::performance::reads::{self, Failure, SlowRun};
use crate::state::App;
use crate::web::incomplete::while_counting;
use crate::web::{Principal, WebResult, csv};

use super::head::read;

/// Where the changes of personas are a file.
pub(super) const TRANSITIONS: &str = "/fleet/personas.csv";
/// Where the tables about runs are files.
pub(super) const TABLES: &str = "/fleet/workflows.csv";

/// GET `/fleet/personas.csv`: every transition; the fields of the page.
pub(super) async fn of_personas(
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = read(&query, app.now())?;
    let question = asked.question(&who);
    let (wanted, now) = (question.clone(), asked.now);
    let found = asked.look(&app, move |conn| reads::personas(conn, &wanted, now)).await?;
    let rows = transitions(&found.switches, &found.stays, &question).into_iter().map(|it| {
        vec![it.from, it.to, it.workflow, it.switches.to_string(), it.stay.map(seconds).unwrap_or_default()]
    });
    let head = ["from_persona", "to_persona", "chatmode", "switches", "stay_before_s"];
    Ok(file("transitions.csv", csv::table(&head, rows)?, &asked))
}

/// GET `/fleet/workflows.csv`: the fields of the page, and `table`: `runs`, `failures` or `slowest`.
pub(super) async fn of_workflows(
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = read(&query, app.now())?;
    let question = asked.question(&who);
    let wanted = question.clone();
    let found = asked.look(&app, move |conn| reads::workflows(conn, &wanted)).await?;
    match query.get("table").map_or("", String::as_str) {
        "" | "runs" => {
            let bins = Bins::days(question.from, question.to);
            let days = bins.ends().zip(trend(&found.runs, &question, &bins));
            let cells = days.map(|((begin, _), ended)| {
                vec![day_of(begin.0.div_euclid(DAY)), ended.passed.to_string(), ended.failed.to_string()]
            });
            Ok(file("runs.csv", csv::table(&["day", "passed", "failed"], cells)?, &asked))
        }
        "failures" => {
            let cells = found.rows.failures.iter().map(of_failure);
            Ok(file("failures.csv", csv::table(&["workflow", "stage", "reason", "times"], cells)?, &asked))
        }
        "slowest" => {
            let head = [
                "trace_id",
                "observation_id",
                "workflow",
                "stage",
                "agent",
                "persona",
                "start",
                "took_s",
                "most_of_it",
            ];
            let cells = found.rows.slowest.iter().map(of_run);
            Ok(file("slowest.csv", csv::table(&head, cells)?, &asked))
        }
        _ => Err(Error::invalid("table", "choose runs, failures or slowest").into()),
    }
}

/// A table as a file, which says where it may lack something.
pub(super) fn file(name: &str, table: String, asked: &Asked) -> HttpResponse {
    while_counting(csv::download(name, table), asked.is_counting)
}

fn of_failure(failure: &Failure) -> Vec<String> {
    let Failure { workflow, stage, reason, n } = failure.clone();
    let names = [workflow, stage, reason].map(Option::unwrap_or_default);
    names.into_iter().chain([n.to_string()]).collect()
}

fn of_run(run: &SlowRun) -> Vec<String> {
    let run = run.clone();
    vec![
        run.trace_id,
        run.observation_id,
        run.workflow.unwrap_or_default(),
        run.stage,
        run.agent.unwrap_or_default(),
        run.persona.unwrap_or_default(),
        Timestamp(run.start_at).to_rfc3339(),
        seconds(run.took),
        run.most.unwrap_or_default(),
    ]
}

/// Microseconds as seconds, exactly.
pub(super) fn seconds(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_named_is_empty_and_seconds_are_exact() {
        let failure = Failure { workflow: None, stage: Some("s".to_owned()), reason: None, n: 2 };
        assert_eq!(of_failure(&failure), ["", "s", "", "2"]);
        assert_eq!([seconds(12_000_000), seconds(1)], ["12.000000", "0.000001"]);
    }
}
