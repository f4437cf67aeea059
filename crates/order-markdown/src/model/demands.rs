//! What a part of a plan asks for beyond its words: that nothing goes on before it, that it takes its time, that it is
//! asked only after a certain answer, that it is shown by evidence.
//!
//! They stand at the blocks of the document ([`Block::demands`]) and are put at steps, items and criteria from there.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{AskKind, Asks, Block, Found, Item, Kind, Order, Who};
use foundation::Timestamp;

/// How many answers may stand before a part is asked.
pub const DEEPEST: usize = 3;

/// The longest that a step can be asked to take: a week, in seconds.
pub const LONGEST: u32 = 7 * 24 * 3600;

/// The most traces or files that a criterion asks for.
pub const MOST_EVIDENCE: u32 = 100;

/// Everything that one part asks for; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Demands {
    /// Of a step or an item: it is a checkpoint, and nothing after it is ticked before it is done.
    pub blocking: bool,
    /// Of a step: whoever does it in less time is asked about it. Seconds; 0 for none.
    pub least_seconds: u32,
    /// Of a step or an item: it is asked only after this answer.
    pub only_if: Option<OnlyIf>,
    /// Of a criterion: without it the work is not called achieved.
    pub evidence: EvidenceAsked,
}

/// The answer after which a part is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyIf {
    /// The id of the item that is answered; it stands before the part.
    pub item: String,
    /// One of [`Asks::answers`].
    pub answer: String,
}

/// The evidence that a criterion asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EvidenceAsked {
    /// How many traces.
    pub traces: u32,
    /// How many photos or files.
    pub files: u32,
    /// Whether somebody else must vouch for it.
    pub attested: bool,
}

/// Somebody letting work go on past a checkpoint that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub by: Who,
    pub at: Timestamp,
    pub reason: String,
}

impl Demands {
    /// Whether nothing is asked for.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What of it a block of this kind can ask for.
    #[must_use]
    pub fn fitting(self, kind: Kind) -> Self {
        match kind {
            Kind::Step => Self { evidence: EvidenceAsked::default(), ..self },
            Kind::Item => Self { evidence: EvidenceAsked::default(), least_seconds: 0, ..self },
            Kind::Criterion => Self { evidence: self.evidence, ..Self::default() },
            _ => Self::default(),
        }
    }
}

impl EvidenceAsked {
    /// Whether a criterion asks for none.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// What is asked for, in words: `2 traces`, `1 photo or file`, `somebody else to attest it`.
    pub fn words(self) -> Vec<String> {
        let counted = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let mut words = Vec::new();
        if self.traces > 0 {
            words.push(counted(self.traces, "trace"));
        }
        if self.files > 0 {
            words.push(counted(self.files, "photo or file"));
        }
        if self.attested {
            words.push("somebody else to attest it".to_owned());
        }
        words
    }
}

impl Asks {
    /// The answers that another part can wait for, each with its words; empty where an item has no such answers.
    pub fn answers(&self) -> Vec<(String, String)> {
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(word, shown)| ((*word).to_owned(), (*shown).to_owned())).collect()
        };
        match self.kind {
            AskKind::YesNo => of(&[("yes", "Yes"), ("no", "No")]),
            AskKind::Inspection => of(&[("pass", "Pass"), ("flag", "Flag"), ("fail", "Fail")]),
            AskKind::Number if !self.least.is_empty() || !self.most.is_empty() => {
                of(&[("outside", "outside its limits"), ("within", "within its limits")])
            }
            AskKind::Choice => self.options.iter().map(|it| (it.clone(), it.clone())).collect(),
            AskKind::Number
            | AskKind::Tick
            | AskKind::Text
            | AskKind::Photo
            | AskKind::Signature
            | AskKind::Scan => Vec::new(),
        }
    }

    /// An answer in words.
    pub fn answer_words(&self, answer: &str) -> String {
        let found = self.answers().into_iter().find(|(word, _)| word == answer);
        found.map_or_else(|| answer.to_owned(), |(_, words)| words)
    }
}

impl OnlyIf {
    /// Whether the item was answered like this, by an answer that counts.
    pub fn holds(&self, item: &Item) -> bool {
        let tick = item.ticks.current().filter(|tick| !tick.is_unattested());
        let Some(answer) = tick.and_then(|tick| tick.answer.as_ref()) else { return false };
        match item.asks.kind {
            AskKind::Number => (self.answer == "outside") == (answer.found != Found::Good),
            AskKind::Choice => answer.value == self.answer,
            _ => answer.value.to_lowercase() == self.answer,
        }
    }
}

impl Order {
    /// Puts what the document asks for at steps, items and criteria, and works out what is asked now.
    pub(super) fn take_demands(&mut self) {
        let asked: HashMap<&str, &Demands> =
            self.document.iter().map(|block| (block.id.as_str(), &block.demands)).collect();
        let of = |id: &str| asked.get(id).map(|demands| (*demands).clone()).unwrap_or_default();
        for step in &mut self.steps {
            step.demands = of(&step.id);
            step.items.iter_mut().for_each(|item| item.demands = of(&item.id));
        }
        self.criteria.iter_mut().for_each(|criterion| criterion.demands = of(&criterion.id));
        self.refresh_asked();
    }

    /// Works out which parts are asked as things stand; what is recorded at the others stays and counts for nothing.
    pub fn refresh_asked(&mut self) {
        let mut answered: Vec<Item> = Vec::new();
        let holds = |answered: &[Item], demands: &Demands| {
            demands.only_if.as_ref().is_none_or(|only| {
                answered.iter().any(|item| item.id == only.item && !item.not_asked && only.holds(item))
            })
        };
        for step in &mut self.steps {
            let is_asked = holds(&answered, &step.demands);
            let before: Vec<bool> = step.items.iter().map(|item| item.not_asked).collect();
            for item in &mut step.items {
                item.not_asked = !is_asked || !holds(&answered, &item.demands);
                if !item.asks.answers().is_empty() {
                    answered.push(item.clone());
                }
            }
            step.not_asked =
                !is_asked || !step.items.is_empty() && step.items.iter().all(|item| item.not_asked);
            if step.items.iter().map(|item| item.not_asked).ne(before) {
                step.refresh();
            }
        }
    }

    /// Why a part is not asked now: `only if 1.2 is Yes`; none where it is.
    pub fn not_asked(&self, demands: &Demands) -> Option<String> {
        let only = demands.only_if.as_ref()?;
        let (_, item) = self.item(&only.item)?;
        if !item.not_asked && only.holds(item) {
            return None;
        }
        Some(self.only_if(only))
    }

    /// A condition in words: `only if 1.2 is Yes`.
    pub fn only_if(&self, only: &OnlyIf) -> String {
        let Some((step, item)) = self.item(&only.item) else { return "only after an answer".to_owned() };
        let place = 1 + step.items.iter().position(|it| it.id == item.id).unwrap_or_default();
        format!("only if {}.{place} is {}", step.position, item.asks.answer_words(&only.answer))
    }
}

/// What is wrong with what a document's blocks ask for, by the id of the block; empty when all of it can be asked.
pub fn faults(document: &[Block]) -> Vec<(String, String)> {
    let mut depths: HashMap<&str, (usize, &Block)> = HashMap::new();
    let mut step_depth = 0;
    let mut faults = Vec::new();
    for block in document {
        let outer = if block.kind == Kind::Item { step_depth } else { 0 };
        let own = match block.demands.only_if.as_ref().map(|only| depth_of(block, only, &depths)) {
            None => Ok(0),
            Some(Ok(depth)) => Ok(depth),
            Some(Err(fault)) => Err(fault),
        };
        let fault = own.as_ref().err().cloned().or_else(|| plain_fault(block));
        let depth = outer.max(own.unwrap_or_default());
        if block.kind == Kind::Step {
            step_depth = depth;
        } else if block.kind == Kind::Item {
            depths.insert(&block.id, (depth, block));
        }
        faults.extend(fault.map(|fault| (block.id.clone(), fault)));
    }
    faults
}

fn plain_fault(block: &Block) -> Option<String> {
    let demands = &block.demands;
    if *demands != demands.clone().fitting(block.kind) {
        return Some(format!("a part of the kind \"{}\" cannot ask for that", block.kind.label()));
    }
    if demands.least_seconds > LONGEST {
        return Some("a step takes a week at most".to_owned());
    }
    let evidence = demands.evidence;
    (evidence.traces.max(evidence.files) > MOST_EVIDENCE)
        .then(|| format!("a criterion asks for at most {MOST_EVIDENCE} traces or files"))
}

/// How many answers stand before a part that waits for this one, or why it cannot wait for it.
fn depth_of(block: &Block, only: &OnlyIf, before: &HashMap<&str, (usize, &Block)>) -> Result<usize, String> {
    let Some((depth, asked)) = before.get(only.item.as_str()) else {
        return Err("it waits for an answer that does not stand before it: a part is asked after an answer above it, never \
                    after its own or a later one"
            .to_owned());
    };
    if asked.asks.answers().iter().all(|(word, _)| *word != only.answer) {
        return Err(format!("\"{}\" cannot be answered with \"{}\"", asked.text, only.answer));
    }
    if depth + 1 > DEEPEST {
        return Err(format!(
            "\"{}\" waits for {DEEPEST} answers already, and deeper it cannot go",
            block.text
        ));
    }
    Ok(depth + 1)
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Plan, Tick, TickHow};
    use super::*;
    use crate::model::any::ids;

    fn question(id: &str, kind: AskKind, only: Option<(&str, &str)>) -> Block {
        let mut block = Block { id: id.to_owned(), ..Block::of(Kind::Item, format!("ask {id}")) };
        block.asks.kind = kind;
        block.demands.only_if =
            only.map(|(item, answer)| OnlyIf { item: item.to_owned(), answer: answer.to_owned() });
        block
    }

    fn step(id: &str) -> Block {
        Block { id: id.to_owned(), level: 2, ..Block::of(Kind::Step, format!("step {id}")) }
    }

    fn order(document: Vec<Block>) -> Order {
        let mut plan = Plan { title: "t".to_owned(), document, ..Plan::default() };
        plan.fill_ids(&mut ids("x"));
        let mut order = Order::default();
        plan.put_into(&mut order);
        order
    }

    fn answer(order: &mut Order, id: &str, given: Option<&str>) {
        let item = order.steps.iter_mut().flat_map(|step| &mut step.items).find(|it| it.id == id).unwrap();
        item.ticks.0.clear();
        if let Some(given) = given {
            let answer: Answer = item.asks.read(given).unwrap();
            item.ticks.0.push(Tick { how: TickHow::Recorded, answer: Some(answer), ..Tick::imported("t") });
        }
        order.steps.iter_mut().for_each(crate::model::Step::refresh);
        order.refresh_asked();
    }

    #[test]
    fn answers_open_what_waits_for_them_three_deep_and_close_it_again() {
        let mut order = order(vec![
            step("s1"),
            question("a", AskKind::YesNo, None),
            question("b", AskKind::Inspection, Some(("a", "yes"))),
            step("s2"),
            question("c", AskKind::YesNo, Some(("b", "fail"))),
            question("d", AskKind::Tick, Some(("c", "no"))),
        ]);
        let asked = |order: &Order| {
            let items = order.steps.iter().flat_map(|step| &step.items).filter(|item| !item.not_asked);
            items.map(|item| item.id.clone()).collect::<Vec<_>>().concat()
        };
        assert_eq!(asked(&order), "a");
        assert_eq!((order.item_progress(), order.step_progress()), ((0, 1), (0, 1)));
        for (id, given, open) in [
            ("a", Some("yes"), "ab"),
            ("b", Some("fail"), "abc"),
            ("c", Some("no"), "abcd"),
            ("a", Some("no"), "a"),
        ] {
            answer(&mut order, id, given);
            assert_eq!(asked(&order), open, "{id} {given:?}");
        }
        assert!(order.item("c").unwrap().1.ticks.is_ticked(), "what was recorded stays");
        assert_eq!((order.item_progress(), order.step_progress()), ((1, 1), (1, 1)));
        answer(&mut order, "a", Some("yes"));
        assert_eq!(asked(&order), "abcd");
        answer(&mut order, "a", None);
        assert_eq!(order.not_asked(&order.item("b").unwrap().1.demands).unwrap(), "only if 1.1 is Yes");
    }

    #[test]
    fn a_number_opens_outside_its_limits() {
        let mut number = question("n", AskKind::Number, None);
        number.asks.most = "5".to_owned();
        let mut order = order(vec![step("s"), number, question("x", AskKind::Tick, Some(("n", "outside")))]);
        for (given, is_asked) in [("6", true), ("5", false)] {
            answer(&mut order, "n", Some(given));
            assert_eq!(!order.item("x").unwrap().1.not_asked, is_asked, "{given}");
        }
    }

    #[test]
    fn circles_later_answers_and_deeper_levels_are_faults() {
        let yes = |id: &'static str, item: &'static str| question(id, AskKind::YesNo, Some((item, "yes")));
        let told = |blocks: Vec<Block>| {
            faults(&blocks)
                .into_iter()
                .map(|(id, fault)| format!("{id}: {fault}"))
                .collect::<Vec<_>>()
                .join("; ")
        };
        let first = || question("a", AskKind::YesNo, None);
        assert_eq!(told(vec![step("s"), first(), yes("b", "a"), yes("c", "b"), yes("d", "c")]), "");
        let deep = vec![step("s"), first(), yes("b", "a"), yes("c", "b"), yes("d", "c"), yes("e", "d")];
        assert!(told(deep).starts_with("e: "));
        assert!(told(vec![step("s"), yes("a", "a")]).contains("does not stand before it"));
        assert!(told(vec![step("s"), yes("a", "b"), yes("b", "a")]).contains("a: it waits"));
        let tick = question("t", AskKind::Tick, None);
        assert!(told(vec![step("s"), tick, yes("b", "t")]).contains("cannot be answered with"));
        let mut slow = Block::of(Kind::Text, "x");
        slow.demands.least_seconds = 3;
        assert!(told(vec![slow]).contains("cannot ask for that"));
        // A step counts for what stands in it.
        let mut inner = step("s2");
        inner.demands.only_if = Some(OnlyIf { item: "d".to_owned(), answer: "yes".to_owned() });
        let nested = vec![step("s"), first(), yes("b", "a"), yes("c", "b"), yes("d", "c"), inner];
        assert!(told(nested).starts_with("s2: "));
    }
}
