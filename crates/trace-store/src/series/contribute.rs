//! From the rows of one trace to what it comes to. Pure: the rows alone decide, in whatever order they are given.

use std::collections::{BTreeMap, HashMap};

use crate::hours::marks::hour_of;
use trace_model::fact::Fact;
use trace_model::lineage::bit;

use super::model::{Contributions, Metric, NOBODY, Series, Sum};

/// The marks of names that an observation does not say itself (`observations.inherited`).
const WORKFLOW: usize = 3;
const STAGE: usize = 4;
/// The persona before the first.
const BEFORE: &str = "none";
/// The longest value of a label, in bytes, like the longest text of a column.
const LONGEST: usize = 1_000;

/// The longest time that is believed, in microseconds (366 days). A clock that was wrong by decades would make sums overflow, and a sum
/// that did not fit cannot be made of what is taken away from it later.
const LONGEST_TIME: i64 = 366 * 86_400_000_000;

/// The values of labels; those that a metric does not have are empty.
type Labels<'a> = [&'a str; 5];

/// What counts of an observation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row<'a> {
    /// Unique in its trace.
    pub id: &'a str,
    /// The observation it hangs from; that one may not be there.
    pub parent: Option<&'a str>,
    pub kind: &'a str,
    pub level: &'a str,
    /// UTC microseconds.
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub model: Option<&'a str>,
    pub name: Option<&'a str>,
    /// All its tokens, whether they count or not: what went in, and what came back.
    pub input: i64,
    pub output: i64,
    /// Whether anybody counted its tokens.
    pub is_tokened: bool,
    /// Billionths of a dollar, where it has a price.
    pub cost: Option<i64>,
    /// False when what it has counts below it.
    pub counted: bool,
    pub tenant: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub persona: Option<&'a str>,
    pub workflow: Option<&'a str>,
    pub stage: Option<&'a str>,
    /// Which of the five it does not say itself, one bit for each in this order.
    pub inherited: i16,
    pub gate: Option<&'a str>,
    /// Whether its trace belongs to a session.
    pub in_session: bool,
    /// JSON of a [`Fact`].
    pub fact: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// Whether it is of an agent, a persona, a workflow or a stage. A trace in which nothing is has no series that need the tree.
    pub(crate) fn is_named(&self) -> bool {
        [self.agent, self.persona, self.workflow, self.stage].iter().any(Option::is_some)
    }

    fn is_call(&self) -> bool {
        self.kind == "GENERATION" && self.counted
    }

    fn is_error(&self) -> bool {
        self.level == "ERROR"
    }

    fn status(&self) -> &'static str {
        if self.is_error() { "error" } else { "success" }
    }

    /// How long it took; unknown without an end, and where the end lies before the start or beyond belief.
    fn took(&self) -> Option<i64> {
        believed(self.end?.saturating_sub(self.start?))
    }

    /// Everybody that it names, and what it is of.
    fn whose(&self, of: Option<&'a str>) -> Labels<'a> {
        [named(self.agent), named(self.persona), named(self.tenant), named(self.workflow), named(of)]
    }

    fn says_stage(&self) -> bool {
        self.stage.is_some() && self.inherited & bit(STAGE) == 0
    }

    fn says_workflow(&self) -> bool {
        self.workflow.is_some() && self.inherited & bit(WORKFLOW) == 0
    }
}

/// How much of a trace is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Whole,
    /// Each row by itself, without the series that need the tree: of a trace too large for that.
    Rows,
}

/// What the rows of one trace come to.
pub fn contributions(rows: &[Row<'_>], reach: Reach) -> Contributions {
    let facts: Vec<Option<Fact>> =
        rows.iter().map(|row| row.fact.and_then(|text| serde_json::from_str(text).ok())).collect();
    let mut sums = Sums::default();
    for (row, fact) in rows.iter().zip(&facts) {
        sums.row(row);
        fact.iter().for_each(|fact| sums.fact(row, fact));
    }
    if reach == Reach::Whole {
        let tree = Tree::over(rows);
        sums.stays(rows);
        sums.stages(&tree);
        sums.executions(&tree);
        sums.runs(&tree);
    }
    sums.named()
}

/// Sums under labels that are borrowed from the rows; those that a metric does not have are empty.
#[derive(Default)]
struct Sums<'a> {
    by: HashMap<(i64, Metric, Labels<'a>), Sum>,
}

impl<'a> Sums<'a> {
    fn count(&mut self, start: Option<i64>, metric: Metric, labels: Labels<'a>, took: Option<i64>) {
        if let Some(sum) = self.at(start, metric, labels) {
            sum.n = sum.n.saturating_add(1);
            took.into_iter().for_each(|took| sum.time(metric.bounds(), took));
        }
    }

    /// The sum to add to; none for what has no start.
    fn at(&mut self, start: Option<i64>, metric: Metric, labels: Labels<'a>) -> Option<&mut Sum> {
        let key = (hour_of(start?), metric, labels);
        Some(self.by.entry(key).or_default())
    }

    /// What a row tells by itself.
    fn row(&mut self, row: &Row<'a>) {
        let workflow = named(row.workflow);
        self.call(row);
        self.tool(row);
        if row.is_call() {
            let labels = [named(row.agent), named(row.tenant), row.status(), "", ""];
            self.count(row.start, Metric::AgentInvocations, labels, row.took());
            let persona = row.persona.map(|persona| [persona, workflow, named(row.model), "", ""]);
            let sum = persona.and_then(|labels| self.at(row.start, Metric::PersonaTokens, labels));
            if let Some(sum) = sum {
                sum.n = sum.n.saturating_add(1);
                sum.sum = sum.sum.saturating_add(row.input).saturating_add(row.output);
            }
        }
        if let Some(result @ ("passed" | "failed")) = row.gate {
            self.count(row.start, Metric::QualityGate, [workflow, named(row.stage), result, "", ""], None);
        }
    }

    /// What counts of a row: calls of models, and whatever else has tokens or a cost.
    fn call(&mut self, row: &Row<'a>) {
        let is_call = row.is_call();
        if !(is_call || row.counted && (row.is_tokened || row.cost.is_some())) {
            return;
        }
        let count = i64::from;
        let tokens = |tokens| if row.is_tokened { tokens } else { 0 };
        let parts = [
            count(is_call && row.is_error()),
            tokens(row.input),
            tokens(row.output),
            count(row.is_tokened),
            row.cost.unwrap_or_default(),
            count(is_call && row.cost.is_none()),
            count(is_call && row.in_session),
        ];
        let Some(sum) = self.at(row.start, Metric::Calls, row.whose(row.model)) else { return };
        sum.n = sum.n.saturating_add(count(is_call));
        row.took().filter(|_| is_call).into_iter().for_each(|took| sum.time(Metric::Calls.bounds(), took));
        sum.parts.iter_mut().zip(parts).for_each(|(sum, more)| *sum = sum.saturating_add(more));
    }

    /// What a use of a tool comes to.
    fn tool(&mut self, row: &Row<'a>) {
        if row.kind != "TOOL" {
            return;
        }
        let Some(sum) = self.at(row.start, Metric::Tools, row.whose(row.name)) else { return };
        sum.n = sum.n.saturating_add(1);
        let [errors, ..] = &mut sum.parts;
        *errors = errors.saturating_add(i64::from(row.is_error()));
    }

    /// What a row is beyond its kind.
    fn fact(&mut self, row: &Row<'a>, fact: &'a Fact) {
        let tenant = named(row.tenant);
        match fact {
            Fact::Handoff { source, target, strictness, result, .. } => {
                let [source, target] = [source, target].map(|agent| named(agent.as_deref().map(short)));
                let labels = [source, target, short(strictness), short(result), ""];
                self.count(row.start, Metric::HandoffValidations, labels, None);
            }
            Fact::Task { decomposed } => {
                let labels = [tenant, truth(*decomposed), row.status(), "", ""];
                self.count(row.start, Metric::SupervisorTasks, labels, None);
            }
            Fact::Compilation { tier } => {
                let labels = [tenant, named(tier.as_deref().map(short)), "", "", ""];
                self.count(row.start, Metric::ContextCompilation, labels, row.took());
            }
            Fact::Skill { .. } | Fact::Plan | Fact::Memory { .. } => {}
        }
    }

    /// Who was stayed in for how long: calls and stages in the order of their start, as long as they name the same persona.
    fn stays(&mut self, rows: &[Row<'a>]) {
        let mut acting: Vec<(i64, &Row<'a>)> = rows
            .iter()
            .filter(|row| row.persona.is_some() && (row.is_call() || row.says_stage()))
            .filter_map(|row| Some((row.start?, row)))
            .collect();
        acting.sort_unstable_by_key(|(start, row)| (*start, row.id));
        let mut stays: Vec<Stay<'a>> = Vec::new();
        for (from, row) in acting {
            let (Some(persona), end) = (row.persona, row.end) else { continue };
            match stays.last_mut() {
                Some(stay) if stay.persona == persona => stay.end = stay.end.max(end),
                _ => stays.push(Stay { persona, workflow: named(row.workflow), from, end }),
            }
        }
        let mut before = BEFORE;
        for (place, stay) in stays.iter().enumerate() {
            let switch = [before, stay.persona, stay.workflow, "", ""];
            self.count(Some(stay.from), Metric::PersonaSwitches, switch, None);
            before = stay.persona;
            let next = stays.get(place + 1).map_or(i64::MAX, |next| next.from);
            let took = stay.end.map(|end| end.min(next).saturating_sub(stay.from));
            if let Some(took) = took.and_then(believed) {
                let labels = [stay.persona, stay.workflow, "", "", ""];
                self.count(Some(stay.from), Metric::PersonaDuration, labels, Some(took));
            }
        }
    }

    /// Stages that say so themselves, those inside of the same stage left out.
    fn stages(&mut self, tree: &Tree<'_, 'a>) {
        for (place, row) in tree.rows.iter().enumerate().filter(|(_, row)| row.says_stage()) {
            let is_part =
                tree.parent(place).is_some_and(|up| (up.workflow, up.stage) == (row.workflow, row.stage));
            if let Some(took) = row.took().filter(|_| !is_part) {
                let labels = [named(row.workflow), named(row.stage), named(row.persona), "", ""];
                self.count(row.start, Metric::StageDuration, labels, Some(took));
            }
        }
    }

    /// Runs of agents: from where one is first named down to where another is.
    fn executions(&mut self, tree: &Tree<'_, 'a>) {
        let heads = tree.heads(|row| row.agent);
        let mut models: HashMap<usize, BTreeMap<&'a str, i64>> = HashMap::new();
        for (row, head) in tree.rows.iter().zip(&heads) {
            if let (Some(head), Some(model), true) = (head, row.model, row.is_call()) {
                *models.entry(*head).or_default().entry(model).or_default() += 1;
            }
        }
        for (place, row) in tree.rows.iter().enumerate() {
            let (Some(agent), true) = (row.agent, heads.get(place) == Some(&Some(place))) else { continue };
            let most = models.get(&place).and_then(most);
            let labels = [agent, named(row.model.or(most)), truth(!row.is_error()), "", ""];
            self.count(row.start, Metric::AgentExecution, labels, row.took());
        }
    }

    /// Runs of workflows that say so themselves; one fails by its own level or by a gate within it.
    fn runs(&mut self, tree: &Tree<'_, 'a>) {
        let heads = tree.heads(|row| row.workflow);
        let mut failed = vec![false; heads.len()];
        for (row, head) in tree.rows.iter().zip(&heads) {
            let gate = row.gate == Some("failed");
            let head = head.filter(|_| gate).and_then(|head| failed.get_mut(head));
            head.into_iter().for_each(|head| *head = true);
        }
        for ((place, row), failed) in tree.rows.iter().enumerate().zip(failed) {
            let is_run = row.says_workflow() && heads.get(place) == Some(&Some(place));
            if let Some(workflow) = row.workflow.filter(|_| is_run) {
                let result = if failed || row.is_error() { "failed" } else { "success" };
                self.count(row.start, Metric::WorkflowRuns, [workflow, result, "", "", ""], row.took());
            }
        }
    }

    fn named(self) -> Contributions {
        let named = self.by.into_iter().map(|((hour, metric, labels), sum)| {
            let labels = labels.iter().take(metric.labels().len()).map(|label| (*label).to_owned()).collect();
            ((hour, Series { metric, labels }), sum)
        });
        named.collect()
    }
}

/// A time in which one persona acted.
struct Stay<'a> {
    persona: &'a str,
    /// The workflow of the first of it.
    workflow: &'a str,
    from: i64,
    /// The latest end, of those that ended.
    end: Option<i64>,
}

/// The rows, and where the parent of each stands.
struct Tree<'r, 'a> {
    rows: &'r [Row<'a>],
    parents: Vec<Option<usize>>,
}

impl<'r, 'a> Tree<'r, 'a> {
    fn over(rows: &'r [Row<'a>]) -> Self {
        let places: HashMap<&str, usize> =
            rows.iter().enumerate().map(|(place, row)| (row.id, place)).collect();
        let parents = rows.iter().map(|row| places.get(row.parent?).copied()).collect();
        Self { rows, parents }
    }

    fn parent(&self, place: usize) -> Option<&'r Row<'a>> {
        self.rows.get(self.parents.get(place).copied()??)
    }

    /// For each row the uppermost that is reached without leaving its name; none where that way closes in a circle.
    fn heads(&self, name: impl Fn(&Row<'a>) -> Option<&'a str>) -> Vec<Option<usize>> {
        let names: Vec<Option<&str>> = self.rows.iter().map(name).collect();
        let named = |place: usize| names.get(place).copied().flatten();
        let mut heads: Vec<Option<usize>> = vec![None; names.len()];
        let mut is_known = vec![false; names.len()];
        for first in 0..names.len() {
            let (mut way, mut here) = (Vec::new(), first);
            let head = loop {
                if is_known.get(here).copied().unwrap_or_default() {
                    break heads.get(here).copied().flatten();
                }
                // Marked at once, so that a circle ends.
                is_known.get_mut(here).into_iter().for_each(|known| *known = true);
                way.push(here);
                let above = self.parents.get(here).copied().flatten();
                match above.filter(|above| named(*above) == named(here)) {
                    Some(above) => here = above,
                    None => break Some(here),
                }
            };
            for place in way {
                heads.get_mut(place).into_iter().for_each(|known| *known = head);
            }
        }
        heads
    }
}

fn named(name: Option<&str>) -> &str {
    name.unwrap_or(NOBODY)
}

fn believed(took: i64) -> Option<i64> {
    Some(took).filter(|took| (0..=LONGEST_TIME).contains(took))
}

fn truth(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

/// The one counted most often, of several the first by name.
fn most<'a>(counted: &BTreeMap<&'a str, i64>) -> Option<&'a str> {
    let mut best: Option<(&str, i64)> = None;
    for (name, n) in counted {
        if best.is_none_or(|(_, most)| *n > most) {
            best = Some((*name, *n));
        }
    }
    best.map(|(name, _)| name)
}

fn short(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
#[path = "contribute_tests.rs"]
mod tests;
