//! Workflow performance: how runs ended day by day, how long their stages took, gates, why they failed, the slowest single runs.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::fleet::model::Question;
use crate::fleet_pages::asked::{Asked, WORKFLOWS};
use crate::fleet_pages::text::calls;
use crate::performance::gates::Gate;
use crate::performance::model::names;
use crate::performance::reads::{self, StageRows, Workflows};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::alarms::Need;
use super::files::TABLES;
use super::head::{Chip, Choice, chips, choices, read};
use super::slow::{self, Row};
use super::stages::{self, Failures, GateRowView, Stages};
use super::text::counted;
use super::trend::Trend;

/// Said where single runs were not read.
const TOO_MANY: &str = "More than 2\u{202f}000 runs of stages in this time: gates of one persona are not told over so many. Choose a shorter time.";

#[derive(Template)]
#[template(path = "performance/workflows.html")]
struct WorkflowsPage {
    shell: Shell,
    asked: Asked,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    /// `4 stages, 299 runs in 7 days`.
    short: String,
    needs: Vec<Need>,
    trend: Trend,
    /// Why the trend is of more than was asked for; empty where it is not.
    trend_note: &'static str,
    stages: Stages,
    gates: Vec<GateRowView>,
    failures: Failures,
    slowest: Vec<Row>,
    /// Why some panels have no figures; empty where they have.
    note: &'static str,
    /// Nothing with these filters in this time.
    is_empty: bool,
    /// Whether calls came and none is part of a run.
    is_unrecognised: bool,
    calls: String,
}

/// GET `/fleet/workflows`: `range`, `persona`, `workflow`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = read(&query, app.now())?;
    let question = asked.question(&who);
    let wanted = question.clone();
    let found = asked.look(&app, move |conn| reads::workflows(conn, &wanted)).await?;
    let shell = Shell::of(&request, "Workflow performance", "fleet").in_fleet_style();
    show_page(&WorkflowsPage::of(shell, asked, &question, &found))
}

impl WorkflowsPage {
    fn here(&self) -> &'static str {
        WORKFLOWS
    }

    fn csv(&self, table: &str) -> String {
        self.asked.with(TABLES, "table", table)
    }

    fn of(shell: Shell, asked: Asked, question: &Question, found: &Workflows) -> Self {
        let trend = Trend::of(&asked, question, found);
        let gates = stages::asked_gates(question, found);
        let rows = &found.rows;
        let is_bare = trend.whole.total() == 0 && gates.is_empty() && rows.spreads.is_empty();
        let is_unrecognised = is_bare && !asked.is_narrow() && !found.whole.is_nothing();
        let mut needs = stages::failing(&asked, &gates, &rows.failures);
        needs.extend(stages::slow(&asked, &rows.spreads));
        Self {
            choices: choices(&asked, persona_names(found), workflow_names(found)),
            chips: chips(&asked, WORKFLOWS),
            short: short(&asked, &trend, &gates, rows),
            needs,
            trend_note: if asked.name("persona").is_empty() {
                ""
            } else {
                "Runs of all personas: each has several."
            },
            stages: Stages::of(&asked, &rows.spreads),
            gates: stages::gate_rows(&asked, &gates),
            failures: Failures::of(&asked, &rows.failures),
            slowest: slow::rows(&asked, &rows.slowest),
            note: if rows.results.is_none() { TOO_MANY } else { "" },
            is_empty: is_bare && !is_unrecognised,
            is_unrecognised,
            calls: calls(found.whole.calls),
            shell,
            asked,
            trend,
        }
    }
}

/// `4 stages, 299 runs in the last 7 days; 226 passed`.
fn short(asked: &Asked, trend: &Trend, gates: &[Gate], rows: &StageRows) -> String {
    let stages = rows.spreads.len().max(gates.len());
    let stages = counted(i64::try_from(stages).unwrap_or(i64::MAX), "stage");
    let runs = counted(trend.whole.total(), "run");
    format!("{stages}, {runs} in the last {}; {} passed", asked.range.words, trend.passed)
}

fn persona_names(found: &Workflows) -> Vec<String> {
    names(found.stages.iter().map(|(_, series, _)| series), 2)
}

fn workflow_names(found: &Workflows) -> Vec<String> {
    names(found.runs.iter().chain(&found.stages).chain(&found.gates).map(|(_, series, _)| series), 0)
}
