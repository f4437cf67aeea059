//! The plan as its editor shows it: each part a form, and runs of parts, each of which is one line on a phone.

use super::stops::StopView;
use super::view::OrderView;
use crate::web::markdown::plain;
use crate::work_orders::decide::carried;
use crate::work_orders::editing::{parts_within, plan_of};
use crate::work_orders::model::{AskKind, Asks, Block, Demands, Kind, OnlyIf};
use crate::work_orders::pace;

/// A run of the plan: a step with what stands in it, a heading with what is below it, or parts of one kind that stand under neither.
pub(super) struct Fold {
    /// Of its first part, by which the page finds it again.
    pub(super) id: String,
    /// `Step 2`; empty where it is none.
    pub(super) step: String,
    pub(super) title: String,
    /// `3 items`; where nothing in it is to be done, how many parts it has, and nothing for none.
    pub(super) count: String,
    pub(super) is_open: bool,
    pub(super) blocks: Vec<BlockView>,
}

/// One part of the plan as a form.
pub(super) struct BlockView {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) choices: Vec<Kind>,
    pub(super) text: String,
    pub(super) rows: usize,
    pub(super) depth: u8,
    pub(super) language: String,
    pub(super) required: bool,
    pub(super) ordered: bool,
    pub(super) asks: Asks,
    /// The asset that it is done at.
    pub(super) stop: Option<StopView>,
    pub(super) demands: Demands,
    /// Answers above it that it can wait for: value, words, and whether it does.
    pub(super) conditions: Vec<(String, String, bool)>,
    /// Why it cannot be removed or changed freely: it carries a record.
    pub(super) has_record: bool,
    /// How many parts stand in it and would go with it.
    pub(super) inside: usize,
}

/// What an address says for the end of the plan, and for its last item: where something was added that named no place.
pub(super) const AT_END: &str = "end";
pub(super) const AT_ITEM: &str = "item";

/// The plan in runs. Open are the one behind a part of which another is added, the one at which something came in, one in which
/// something is wrong, and one that is alone.
pub(super) fn folds(view: &OrderView, adding: &str, at: &str) -> Vec<Fold> {
    let document = plan_of(&view.order).document;
    let shown = document.iter().filter(|block| is_shown(block));
    let mut folds = runs(shown.map(|block| BlockView::of(view, &document, block)));
    let is_alone = folds.len() == 1;
    let came_in = match at {
        AT_END => folds.len().checked_sub(1),
        AT_ITEM => folds.iter().rposition(|fold| fold.blocks.iter().any(BlockView::is_item)),
        _ => None,
    };
    for (place, fold) in folds.iter_mut().enumerate() {
        let is_asked = fold.blocks.iter().any(|block| block.id == adding || block.is_at_nothing());
        fold.is_open = is_asked || is_alone || came_in == Some(place);
        fold.count = fold.counted();
    }
    folds
}

fn runs(blocks: impl Iterator<Item = BlockView>) -> Vec<Fold> {
    let (mut folds, mut steps) = (Vec::<Fold>::new(), 0);
    for block in blocks {
        steps += usize::from(block.is_step());
        match folds.last_mut().filter(|fold| fold.goes_on_with(block.kind)) {
            Some(fold) => fold.blocks.push(block),
            None => folds.push(Fold::begun_by(block, steps)),
        }
    }
    folds
}

impl Fold {
    fn begun_by(block: BlockView, steps: usize) -> Self {
        let title = match block.kind {
            Kind::Step | Kind::Section => plain(&block.text),
            Kind::Criterion => "Criteria".to_owned(),
            Kind::Safety => "Safety notes".to_owned(),
            Kind::Goal => "Goal".to_owned(),
            Kind::Part => "Parts and materials".to_owned(),
            _ => "Before the first step".to_owned(),
        };
        let step = if block.is_step() { format!("Step {steps}") } else { String::new() };
        let (id, count) = (block.id.clone(), String::new());
        Self { id, step, title, count, is_open: false, blocks: vec![block] }
    }

    /// Whether a part of this kind, coming next, stands in it. What belongs to no step does where a heading is above it.
    fn goes_on_with(&self, next: Kind) -> bool {
        let first = self.blocks.first().map(|block| block.kind);
        match next {
            Kind::Step | Kind::Section => false,
            Kind::Criterion | Kind::Safety | Kind::Goal | Kind::Part => {
                first == Some(next) || first == Some(Kind::Section)
            }
            _ => true,
        }
    }

    fn counted(&self) -> String {
        let items = self.blocks.iter().filter(|block| block.is_item()).count();
        let parts = self.blocks.iter().filter(|block| !block.heading()).count();
        match (items, parts) {
            (0, 0) => String::new(),
            (0, parts) => parts.to_string(),
            (1, _) => "1 item".to_owned(),
            (items, _) => format!("{items} items"),
        }
    }
}

fn is_shown(block: &Block) -> bool {
    !matches!(block.kind, Kind::Title | Kind::Head | Kind::Hidden | Kind::Record)
}

impl BlockView {
    fn of(view: &OrderView, document: &[Block], block: &Block) -> Self {
        let mut choices = block.kind.choices().to_vec();
        if choices.is_empty() {
            choices.push(block.kind);
        }
        Self {
            id: block.id.clone(),
            kind: block.kind,
            choices,
            text: block.text.clone(),
            rows: block.text.lines().count().clamp(1, 20),
            depth: block.depth.min(4),
            language: block.language.clone(),
            required: block.required,
            ordered: block.ordered,
            stop: StopView::of(view, &block.asks),
            asks: block.asks.clone(),
            demands: block.demands.clone(),
            conditions: conditions(document, block),
            has_record: has_record(view, block),
            inside: parts_within(document, &block.id),
        }
    }

    pub(super) fn is_step(&self) -> bool {
        self.kind == Kind::Step
    }

    pub(super) fn is_code(&self) -> bool {
        self.kind == Kind::Code
    }

    pub(super) fn is_item(&self) -> bool {
        self.kind == Kind::Item
    }

    pub(super) fn is_number(&self) -> bool {
        self.is_item() && self.asks.kind == AskKind::Number
    }

    pub(super) fn is_choice(&self) -> bool {
        self.is_item() && self.asks.kind == AskKind::Choice
    }

    pub(super) fn is_scan(&self) -> bool {
        self.is_item() && self.asks.kind == AskKind::Scan
    }

    pub(super) fn is_criterion(&self) -> bool {
        self.kind == Kind::Criterion
    }

    /// Whether it can ask for more than its words say.
    pub(super) fn can_demand(&self) -> bool {
        matches!(self.kind, Kind::Step | Kind::Item | Kind::Criterion)
    }

    pub(super) fn demands_something(&self) -> bool {
        !self.demands.is_none()
    }

    /// A scan of an asset that is not on the list.
    fn is_at_nothing(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.name.is_none())
    }

    /// A criterion that nothing has to show.
    pub(super) fn lacks_evidence(&self) -> bool {
        self.is_criterion() && self.demands.evidence.is_none()
    }

    pub(super) fn least_time(&self) -> String {
        match self.demands.least_seconds {
            0 => String::new(),
            seconds => pace::words(i64::from(seconds)),
        }
    }

    pub(super) fn asked_traces(&self) -> String {
        asked_count(self.demands.evidence.traces)
    }

    pub(super) fn asked_files(&self) -> String {
        asked_count(self.demands.evidence.files)
    }

    /// Whether it can be optional.
    pub(super) fn has_need(&self) -> bool {
        matches!(self.kind, Kind::Step | Kind::Item)
    }

    /// Whether one line is enough for it at first.
    pub(super) fn heading(&self) -> bool {
        matches!(self.kind, Kind::Step | Kind::Section)
    }
}

fn asked_count(count: u32) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// The answers that stand above a part: `ITEM=ANSWER`, and `if 1.2 is Yes`.
fn conditions(document: &[Block], block: &Block) -> Vec<(String, String, bool)> {
    if !matches!(block.kind, Kind::Step | Kind::Item) {
        return Vec::new();
    }
    let (mut step, mut place) = (0, 0);
    let mut conditions = Vec::new();
    for above in document.iter().take_while(|above| above.id != block.id) {
        match above.kind {
            Kind::Step => (step, place) = (step + 1, 0),
            Kind::Item => {
                place += 1;
                conditions.extend(above.asks.answers().into_iter().map(|(answer, words)| {
                    let only = OnlyIf { item: above.id.clone(), answer };
                    let chosen = block.demands.only_if.as_ref() == Some(&only);
                    let value = format!("{}={}", only.item, only.answer);
                    (value, format!("only if {step}.{place} is {words}"), chosen)
                }));
            }
            _ => {}
        }
    }
    conditions
}

fn has_record(view: &OrderView, block: &Block) -> bool {
    let order = &view.order;
    let is_ticked = match block.kind {
        Kind::Item => order.item(&block.id).is_some_and(|(_, item)| item.has_history()),
        Kind::Step => order.step(&block.id).is_some_and(crate::work_orders::model::Step::has_progress),
        Kind::Criterion => order.criterion(&block.id).is_some_and(|it| it.ticks.has_history()),
        _ => return false,
    };
    is_ticked || carried(order, &view.facts, &block.id).is_some()
}
