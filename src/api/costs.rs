//! What calls of models cost, by tenant and by agent: for programs that keep books, in the shapes that they know, and as files.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, HeaderValue, VARY};
use serde_json::json;

use super::accept::{As, accepted};
use super::call::{Call, json as answer};
use super::operations::{Operation, Operations};
use super::query::{Kind, Param, Query};
use super::refusal::{Answer, Refused};
use crate::db::AnyConnection;
use crate::fleet::costs::{self, MOST_DAYS, USUAL_DAYS, cells, head, lines};
use crate::fleet::model::{Dimension, Group, Named, Question};
use crate::shapes::{AgentCostsView, TenantCostsView};
use crate::traces::recount::is_going_on;
use crate::web::incomplete::while_counting;
use crate::web::{Access, csv};

/// The media type of a table.
const CSV: &str = "text/csv";

const QUERY: [Param; 2] = [
    Param {
        name: "period_days",
        kind: Kind::Whole(1, MOST_DAYS),
        about: "The last so many days up to now; 30 where nothing is said.",
    },
    Param {
        name: "format",
        kind: Kind::OneOf(&["json", "csv"]),
        about: "In place of the header `Accept`: `csv` for a table by day and model.",
    },
];

const ABOUT: &str = "Exact to the billionth of a dollar: the costs add up to the total, and each to the costs of its calls. What calls \
     of other kinds cost and used is among them. Calls that name nobody stand under `(none)`, which may be asked for too. With \
     `Accept: text/csv` or `format=csv` a table by day (UTC) and model; what nobody counted or priced is empty there. \
     The header `x-tracewright-incomplete` stands while older traces are still being counted.";

/// Registers the operations: whoever reads traces reads what they cost.
pub fn operations(all: &mut Operations<'_>) {
    let table = || vec![(CSV, json!({ "type": "string" }))];
    let of_tenant = Operation::get(
        "/api/v1/costs/tenants/{tenant_id}",
        "Costs",
        "getTenantCosts",
        "Read what a tenant spent, by agent",
    )
    .about(ABOUT)
    .asks(&QUERY)
    .gives::<TenantCostsView>(200, "What was spent.")
    .gives_kinds(200, "What was spent.", table())
    .refuses(&[406]);
    all.add(of_tenant, Access::SignedIn, tenant);
    let of_agent = Operation::get(
        "/api/v1/costs/agents/{agent_id}",
        "Costs",
        "getAgentCosts",
        "Read what an agent spent, by tenant",
    )
    .about(ABOUT)
    .asks(&QUERY)
    .gives::<AgentCostsView>(200, "What was spent.")
    .gives_kinds(200, "What was spent.", table())
    .refuses(&[406]);
    all.add(of_agent, Access::SignedIn, agent);
}

/// GET `/api/v1/costs/tenants/{tenant_id}`.
pub async fn tenant(call: Call) -> Answer {
    let asked = Asked::read(&call)?;
    let id = call.part("tenant_id");
    let question = Question { tenant: Named::read(&id), ..asked.question(&call) };
    match asked.form {
        As::Other => table(&call, question, Dimension::Agent, "tenant-costs.csv").await,
        As::Json => {
            let (spent, is_counting) = spent(&call, question, Dimension::Agent).await?;
            varied(answer(&TenantCostsView::of(id, asked.days, &spent)?)?, is_counting)
        }
    }
}

/// GET `/api/v1/costs/agents/{agent_id}`.
pub async fn agent(call: Call) -> Answer {
    let asked = Asked::read(&call)?;
    let id = call.part("agent_id");
    let question = Question { agent: Named::read(&id), ..asked.question(&call) };
    match asked.form {
        As::Other => table(&call, question, Dimension::Tenant, "agent-costs.csv").await,
        As::Json => {
            let (spent, is_counting) = spent(&call, question, Dimension::Tenant).await?;
            varied(answer(&AgentCostsView::of(id, asked.days, &spent)?)?, is_counting)
        }
    }
}

/// What stands behind the address.
struct Asked {
    days: i64,
    form: As,
}

impl Asked {
    fn read(call: &Call) -> Answer<Self> {
        let query = call.query(&QUERY)?;
        let form = form(call, &query).ok_or_else(|| Refused::not_given("application/json or text/csv"))?;
        let days = query.text("period_days").and_then(|text| text.parse().ok()).unwrap_or(USUAL_DAYS);
        Ok(Self { days, form })
    }

    fn question(&self, call: &Call) -> Question {
        let (from, to) = costs::period(self.days, call.app().now());
        Question::of(call.who.project, from, to)
    }
}

fn form(call: &Call, query: &Query) -> Option<As> {
    match query.text("format") {
        Some("csv") => Some(As::Other),
        Some(_) => Some(As::Json),
        None => accepted(call.header(ACCEPT.as_str()), CSV),
    }
}

/// With whether older traces are still being counted.
async fn spent(call: &Call, question: Question, by: Dimension) -> Answer<(costs::Costs, bool)> {
    let read = move |conn: &mut AnyConnection| Ok((costs::costs(conn, &question, by)?, is_going_on(conn)?));
    Ok(call.app().db.read(read).await?)
}

async fn table(call: &Call, question: Question, by: Dimension, name: &str) -> Answer {
    let by = [Dimension::Day, Dimension::Model, by];
    let read = move |conn: &mut AnyConnection| Ok((lines(conn, &question, &by)?, is_going_on(conn)?));
    let (rows, is_counting): (Vec<Group>, bool) = call.app().db.read(read).await?;
    let text = csv::table(&head(&by), rows.iter().map(|group| cells(group, &by)))?;
    varied(csv::download(name, text), is_counting)
}

/// Another header brings another answer; and it says where it may lack something.
fn varied(response: HttpResponse, is_counting: bool) -> Answer {
    let mut response = while_counting(response, is_counting);
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}
