//! Persona overview: switch rate by transition, budgets, how long personas are kept, tokens, top transitions.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::charts::{Svg, bar};
use crate::fleet::model::{Dimension, Group, NONE, Question, total};
use crate::fleet_pages::asked::{Asked, PERSONAS};
use crate::fleet_pages::text::{DASH, Figure, calls, share};
use crate::performance::model::{Bins, Measured, names};
use crate::performance::personas::{Transition, transitions};
use crate::performance::reads::{self, Personas};
use crate::state::App;
use crate::web::format::number;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::alarms::Need;
use super::budgets;
use super::files::TRANSITIONS;
use super::head::{Chip, Choice, chips, choices, read};
use super::rates::{self, Rates, switches};
use super::stays::Stays;
use super::text::took;

/// Rows of the table of transitions.
const MOST_TRANSITIONS: usize = 20;
/// Rows of tokens.
const MOST_PERSONAS: usize = 20;

#[derive(Template)]
#[template(path = "performance/personas.html")]
struct PersonasPage {
    shell: Shell,
    asked: Asked,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    needs: Vec<Need>,
    rates: Rates,
    budgets: Vec<budgets::Row>,
    stays: Stays,
    tokens: Tokens,
    transitions: Transitions,
    /// Nothing with these filters in this time.
    is_empty: bool,
    /// Whether calls came and none names a persona.
    is_unrecognised: bool,
    calls: String,
}

/// Tokens per persona.
struct Tokens {
    rows: Vec<TokenRow>,
    /// Tokens of calls that name none, and those calls.
    unnamed: Option<(String, Figure)>,
}

struct TokenRow {
    name: Figure,
    bar: Svg,
    /// In and out.
    parts: String,
    total: Figure,
}

/// Top transitions.
struct Transitions {
    all: String,
    rows: Vec<TransitionRow>,
    /// How many have no row; empty where all have one.
    more: String,
}

struct TransitionRow {
    name: Figure,
    workflow: String,
    bar: Svg,
    switches: Figure,
    share: String,
    stay: String,
}

/// GET `/fleet/personas`: `range`, `persona`, `workflow`.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let mut asked = read(&query, app.now())?;
    let question = asked.question(&who);
    let wanted = question.clone();
    let now = asked.now;
    let found = asked.look(&app, move |conn| reads::personas(conn, &wanted, now)).await?;
    let shell = Shell::of(&request, "Persona overview", "fleet").in_fleet_style();
    show_page(&PersonasPage::of(shell, asked, &question, found))
}

impl PersonasPage {
    fn here(&self) -> &'static str {
        PERSONAS
    }

    fn csv(&self) -> String {
        self.asked.at(TRANSITIONS)
    }

    fn of(shell: Shell, asked: Asked, question: &Question, found: Personas) -> Self {
        let bins = Bins::of(question.from, question.to);
        let changes = transitions(&found.switches, &found.stays, question);
        let rates = Rates::of(&asked, question, &found, &bins);
        let stays = Stays::of(&asked, question, &found, &bins);
        let is_named = found.tokens.iter().any(|group| group.key.persona.is_some());
        let is_bare = changes.is_empty() && stays.is_empty && !is_named;
        let is_unrecognised = is_bare && !asked.is_narrow() && !found.whole.is_nothing();
        let (personas, workflows) = (persona_names(&found), workflow_names(&found.stays));
        Self {
            choices: choices(&asked, personas, workflows),
            chips: chips(&asked, PERSONAS),
            transitions: Transitions::of(&asked, changes),
            tokens: Tokens::of(&asked, found.tokens),
            budgets: budgets::rows(found.budgets, &question.persona, asked.now),
            is_empty: is_bare && !is_unrecognised,
            is_unrecognised,
            calls: calls(found.whole.calls),
            needs: Vec::new(),
            shell,
            asked,
            rates,
            stays,
        }
        .with_needs()
    }

    /// What is beyond an alarm or used up comes first.
    fn with_needs(mut self) -> Self {
        self.needs = std::mem::take(&mut self.rates.needs);
        let used_up = self.budgets.iter().filter(|it| it.tone == "late");
        self.needs.extend(used_up.map(|it| Need {
            stamp: "Used up",
            words: format!("{}: {}, {}", it.name.words, it.left, it.note),
            link: "Its budget".to_owned(),
            href: budgets::BUDGETS.to_owned(),
        }));
        self
    }
}

fn persona_names(found: &Personas) -> Vec<String> {
    let stays = names(found.stays.iter().map(|(_, series, _)| series), 0).into_iter();
    let mut all: Vec<String> =
        stays.chain(found.tokens.iter().filter_map(|group| group.key.persona.clone())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn workflow_names(stays: &Measured) -> Vec<String> {
    names(stays.iter().map(|(_, series, _)| series), 1)
}

impl Tokens {
    fn of(asked: &Asked, groups: Vec<Group>) -> Self {
        let (mut named, bare): (Vec<Group>, Vec<Group>) =
            groups.into_iter().partition(|group| group.key.name(Dimension::Persona).is_some());
        let whole = |group: &Group| group.sums.tokens().unwrap_or_default();
        named.sort_by_key(|group| std::cmp::Reverse(whole(group)));
        named.truncate(MOST_PERSONAS);
        let most = named.iter().map(whole).max().unwrap_or_default();
        let bare = total(&bare);
        Self {
            rows: named.iter().map(|group| TokenRow::of(asked, group, most)).collect(),
            unnamed: (!bare.is_nothing()).then(|| {
                let tokens = bare.tokens().map_or_else(|| DASH.to_owned(), number);
                (tokens, Figure::to(calls(bare.calls), asked.traces(&[("persona", NONE)])))
            }),
        }
    }
}

impl TokenRow {
    fn of(asked: &Asked, group: &Group, most: i64) -> Self {
        let (name, sums) = (group.key.persona.as_deref().unwrap_or_default(), &group.sums);
        let known = sums.tokens();
        Self {
            name: Figure::to(name, asked.with(PERSONAS, "persona", name)),
            bar: bar(&[(sums.input, "b"), (sums.output, "b2")], most),
            parts: match known {
                Some(_) => format!("{} in, {} out", number(sums.input), number(sums.output)),
                None => "nobody counted them".to_owned(),
            },
            total: Figure::to(
                known.map_or_else(|| DASH.to_owned(), number),
                asked.traces(&[("persona", name), ("sort", "tokens")]),
            ),
        }
    }
}

impl Transitions {
    fn of(asked: &Asked, mut changes: Vec<Transition>) -> Self {
        let all: i64 = changes.iter().map(|change| change.switches).sum();
        let most = changes.iter().map(|change| change.switches).max().unwrap_or_default();
        let rest = changes.split_off(changes.len().min(MOST_TRANSITIONS));
        let more: i64 = rest.iter().map(|change| change.switches).sum();
        Self {
            all: switches(all),
            more: if more > 0 { switches(more) } else { String::new() },
            rows: changes.iter().map(|change| TransitionRow::of(asked, change, most, all)).collect(),
        }
    }
}

impl TransitionRow {
    fn of(asked: &Asked, change: &Transition, most: i64, all: i64) -> Self {
        let traces =
            || asked.traces(&[("persona", change.to.as_str()), ("workflow", change.workflow.as_str())]);
        Self {
            name: Figure::to(rates::name(&change.from, &change.to), traces()),
            workflow: if change.workflow == NONE { DASH.to_owned() } else { change.workflow.clone() },
            bar: bar(&[(change.switches, "b")], most),
            switches: Figure::to(number(change.switches), traces()),
            share: share(change.switches, all),
            stay: change.stay.map_or_else(|| DASH.to_owned(), took),
        }
    }
}
