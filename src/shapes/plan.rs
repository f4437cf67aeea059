//! The plan of an order as JSON, out and in again without loss: a document of blocks, and a head.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AskWord, KindWord, PriorityWord};
use crate::foundation::{FieldErrors, Result};
use crate::work_orders::model::{
    Asks, AssetRef, Block, Demands, EvidenceAsked, Field, Kind, OnlyIf, Plan, When,
};

/// What is to be done: a head, and a document of blocks in the order in which a person reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// What it is about, in one line.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// The type as written, such as `Repair`; rules of the type follow from its words.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub order_type: String,
    #[serde(default)]
    pub priority: Option<PriorityWord>,
    /// When it is due, as written: `2026-12-04`, `2026-12-04 12:00 UTC`. None for no day.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub due: Option<String>,
    #[serde(default)]
    pub asset: Option<AssetBody>,
    /// Rows of the head that have no field of their own, such as `Estimate` with `4 h`.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub fields: Vec<FieldBody>,
    /// The work is done under isolation: each person signs on and off.
    #[serde(default)]
    pub isolation: bool,
    /// Steps, items, criteria, safety notes and texts. An item belongs to the step before it.
    #[schema(max_items = 20000)]
    pub document: Vec<BlockBody>,
}

/// What the work is done on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetBody {
    #[serde(default)]
    #[schema(max_length = 500)]
    pub name: String,
    /// The code of an asset that is registered here gives its name too; any other tag stays text.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub tag: String,
}

/// A row of the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldBody {
    #[schema(max_length = 500)]
    pub name: String,
    #[schema(max_length = 4000)]
    pub value: String,
}

/// A part of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockBody {
    /// Stable: what keeps its id keeps its ticks. Left out for a new one; in a new order, any name of one's own that `only_if` names.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub id: Option<String>,
    pub kind: KindWord,
    /// What it says, as Markdown without its marks, box and indentation; code without its fence.
    #[schema(max_length = 1048576)]
    pub text: String,
    /// Of a heading: 1 to 6; 0 elsewhere. A step without one is of the third level.
    #[serde(default)]
    #[schema(maximum = 6)]
    pub level: u8,
    /// How many entries of lists it stands in.
    #[serde(default)]
    #[schema(maximum = 64)]
    pub depth: u8,
    /// Of code, as written after the fence.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub language: String,
    /// Of a step or an item: whether it is needed; it is where nothing is said.
    #[serde(default)]
    pub required: Option<bool>,
    /// Of a step: whether the required steps before it must be settled first.
    #[serde(default)]
    pub ordered: bool,
    /// Of an item: what it asks for; a tick where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<AsksBody>,
    /// What it asks for beyond its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demands: Option<DemandsBody>,
}

/// What an item asks for. Limits are decimal numbers as text, `0.2`; empty for none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AsksBody {
    pub kind: AskWord,
    /// Of a number: `bar`; empty for none.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub unit: String,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub least: String,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub most: String,
    /// Whether a number outside the limits fails the item; else it flags it.
    #[serde(default)]
    pub outside_fails: bool,
    /// What one chooses from.
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub options: Vec<String>,
    /// Of a scan: the code of the asset that the item is done at; empty for every other item.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 64)]
    pub asset: String,
}

/// What a part asks for beyond its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandsBody {
    /// Of a step or an item: nothing after it is ticked before it is done.
    #[serde(default)]
    pub blocking: bool,
    /// Of a step: whoever does it in less time is asked about it. Seconds; 0 for none.
    #[serde(default)]
    #[schema(maximum = 604800)]
    pub least_seconds: u32,
    /// Of a step or an item: it is asked only after this answer.
    #[serde(default)]
    pub only_if: Option<OnlyIfBody>,
    /// Of a criterion.
    #[serde(default)]
    pub evidence: Option<EvidenceAskedBody>,
}

/// The answer after which a part is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnlyIfBody {
    /// The id of the item that is answered; it stands before the part.
    #[schema(min_length = 1, max_length = 64)]
    pub item: String,
    /// `yes`, `fail`, `outside`, or one of the words to choose from.
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
}

/// The evidence without which a criterion is not called achieved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAskedBody {
    /// How many traces.
    #[serde(default)]
    #[schema(maximum = 100)]
    pub traces: u32,
    /// How many photos or files.
    #[serde(default)]
    #[schema(maximum = 100)]
    pub files: u32,
    /// Whether somebody else must vouch for it.
    #[serde(default)]
    pub attested: bool,
}

impl From<&Plan> for PlanBody {
    fn from(plan: &Plan) -> Self {
        // Steps, criteria and the short lists are read off the document; texts of their own have only plans without one.
        let Plan { title, order_type, priority, due, asset, fields, isolation, document, .. } = plan;
        Self {
            title: title.clone(),
            order_type: order_type.clone(),
            priority: Some(PriorityWord(*priority)),
            due: due.as_ref().map(|due| due.raw.clone()),
            asset: asset.as_ref().map(AssetBody::from),
            fields: fields.iter().map(FieldBody::from).collect(),
            isolation: *isolation,
            document: document.iter().map(BlockBody::from).collect(),
        }
    }
}

impl PlanBody {
    /// The plan that it says, with the ids that it gives; refused where a condition names nothing, or two parts have one id.
    pub fn into_plan(self) -> Result<Plan> {
        let mut faults = FieldErrors::default();
        let ids: Vec<&str> = self.document.iter().filter_map(|block| block.id.as_deref()).collect();
        for (at, block) in self.document.iter().enumerate() {
            let only_if = block.demands.as_ref().and_then(|demands| demands.only_if.as_ref());
            if only_if.is_some_and(|only| !ids.contains(&only.item.as_str())) {
                faults.add(
                    format!("document[{at}].demands.only_if.item"),
                    "there is no part with this id in the document",
                );
            }
        }
        let mut seen = std::collections::HashSet::new();
        for (at, block) in self.document.iter().enumerate() {
            if block.id.as_ref().is_some_and(|id| !id.is_empty() && !seen.insert(id.as_str())) {
                faults.add(format!("document[{at}].id"), "another part has this id already");
            }
        }
        faults.into_result()?;
        Ok(Plan {
            title: self.title,
            order_type: self.order_type,
            priority: self.priority.map(|word| word.0).unwrap_or_default(),
            due: due_of(self.due.as_deref()),
            asset: self.asset.and_then(AssetBody::into_ref),
            fields: self.fields.into_iter().map(|FieldBody { name, value }| Field { name, value }).collect(),
            isolation: self.isolation,
            document: self.document.into_iter().map(BlockBody::into_block).collect(),
            ..Plan::default()
        })
    }
}

/// A due day as it is typed; an empty text is no day.
pub fn due_of(typed: Option<&str>) -> Option<When> {
    typed.map(str::trim).filter(|text| !text.is_empty()).map(When::read)
}

impl From<&AssetRef> for AssetBody {
    fn from(asset: &AssetRef) -> Self {
        let AssetRef { name, tag } = asset;
        Self { name: name.clone(), tag: tag.clone() }
    }
}

impl AssetBody {
    /// The asset that it names; none where it says nothing. A tag alone is a name as well.
    pub fn into_ref(self) -> Option<AssetRef> {
        let (name, tag) = (self.name.trim().to_owned(), self.tag.trim().to_owned());
        match (name.is_empty(), tag.is_empty()) {
            (true, true) => None,
            (true, false) => Some(AssetRef { name: tag.clone(), tag }),
            _ => Some(AssetRef { name, tag }),
        }
    }
}

impl From<&Field> for FieldBody {
    fn from(field: &Field) -> Self {
        let Field { name, value } = field;
        Self { name: name.clone(), value: value.clone() }
    }
}

impl From<&Block> for BlockBody {
    fn from(block: &Block) -> Self {
        // Its bytes in the file it came from, and where its box stands in them, are what the Markdown form is for.
        let Block {
            id,
            kind,
            depth,
            level,
            text,
            language,
            required,
            asks,
            ordered,
            demands,
            mark: _,
            source: _,
        } = block;
        Self {
            id: Some(id.clone()),
            kind: KindWord(*kind),
            text: text.clone(),
            level: *level,
            depth: *depth,
            language: language.clone(),
            required: Some(*required),
            ordered: *ordered,
            asks: (*asks != Asks::default()).then(|| AsksBody::from(asks)),
            demands: (!demands.is_none()).then(|| DemandsBody::from(demands)),
        }
    }
}

impl BlockBody {
    fn into_block(self) -> Block {
        let kind = self.kind.0;
        // A heading without a level would be none in the Markdown form.
        let level = match (kind, self.level) {
            (Kind::Title, 0) => 1,
            (Kind::Section, 0) => 2,
            (Kind::Step, 0) => 3,
            (_, level) => level,
        };
        let demands = self.demands.map(DemandsBody::into_demands).unwrap_or_default();
        Block {
            id: self.id.unwrap_or_default(),
            kind,
            depth: self.depth,
            level,
            text: self.text.replace("\r\n", "\n"),
            language: self.language,
            required: self.required.unwrap_or(true),
            asks: self.asks.map(AsksBody::into_asks).unwrap_or_default(),
            ordered: self.ordered,
            demands,
            mark: None,
            source: None,
        }
    }
}

impl From<&Asks> for AsksBody {
    fn from(asks: &Asks) -> Self {
        let Asks { kind, unit, least, most, outside_fails, options, asset } = asks;
        Self {
            kind: AskWord(*kind),
            unit: unit.clone(),
            least: least.clone(),
            most: most.clone(),
            outside_fails: *outside_fails,
            options: options.clone(),
            asset: asset.clone(),
        }
    }
}

impl AsksBody {
    fn into_asks(self) -> Asks {
        let Self { kind, unit, least, most, outside_fails, options, asset } = self;
        Asks { kind: kind.0, unit, least, most, outside_fails, options, asset }
    }
}

impl From<&Demands> for DemandsBody {
    fn from(demands: &Demands) -> Self {
        let Demands { blocking, least_seconds, only_if, evidence } = demands;
        let EvidenceAsked { traces, files, attested } = *evidence;
        let only_if = only_if
            .as_ref()
            .map(|OnlyIf { item, answer }| OnlyIfBody { item: item.clone(), answer: answer.clone() });
        Self {
            blocking: *blocking,
            least_seconds: *least_seconds,
            only_if,
            evidence: (!evidence.is_none()).then_some(EvidenceAskedBody { traces, files, attested }),
        }
    }
}

impl DemandsBody {
    fn into_demands(self) -> Demands {
        let evidence = self.evidence.map(|EvidenceAskedBody { traces, files, attested }| EvidenceAsked {
            traces,
            files,
            attested,
        });
        Demands {
            blocking: self.blocking,
            least_seconds: self.least_seconds,
            only_if: self.only_if.map(|OnlyIfBody { item, answer }| OnlyIf { item, answer }),
            evidence: evidence.unwrap_or_default(),
        }
    }
}

/// A plan with what it changes and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    pub plan: PlanBody,
    /// Why; needed once the plan is approved.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// The version of the order that the change was made from. Needed, here or as `If-Match`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// What the head of a plan is to say; what is left out stays.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHead {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub title: Option<String>,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub order_type: Option<String>,
    #[serde(default)]
    pub priority: Option<PriorityWord>,
    /// An empty text for no day.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub due: Option<String>,
    /// Without name and tag for none.
    #[serde(default)]
    pub asset: Option<AssetBody>,
    #[serde(default)]
    pub isolation: Option<bool>,
    /// How long it is meant to take: `4 h`, `90 min`; an empty text for none. It stands in the row `Estimate` of the head.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub estimate: Option<String>,
    /// Why; needed once the plan is approved.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// The version of the order that the change was made from. Needed, here or as `If-Match`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use order_markdown::read::read_bytes;

    #[test]
    fn a_plan_goes_out_and_in_without_loss_but_for_the_bytes_of_its_file() {
        let text = "# Pump\n\n## Step 1: Look\n- [ ] shut\n  - [ ] and cold\n- [ ] 2 bar\n\n```sh\nls\n```\n\n## Completion Criteria\n- It holds\n";
        let mut next = 0;
        let mut new_id = || {
            next += 1;
            format!("b{next}")
        };
        let order = read_bytes(text.as_bytes()).unwrap().into_order(&mut new_id).unwrap();
        let mut plan = Plan::of(&order);
        let item = plan.document.iter_mut().find(|block| block.text == "2 bar").unwrap();
        item.asks = Asks {
            kind: crate::work_orders::model::AskKind::Number,
            most: "2.5".to_owned(),
            ..Asks::default()
        };
        item.demands.only_if = None;
        item.demands.blocking = true;
        plan.reindex(&mut new_id);
        let body = PlanBody::from(&plan);
        let sent: PlanBody = serde_json::from_value(serde_json::to_value(&body).unwrap()).unwrap();
        assert_eq!(sent, body);
        let mut back = sent.into_plan().unwrap();
        back.reindex(&mut new_id);
        plan.document.iter_mut().for_each(|block| (block.source, block.mark) = (None, None));
        assert_eq!(back.document, plan.document);
        assert_eq!((back.steps, back.criteria, back.title), (plan.steps, plan.criteria, plan.title));
    }

    #[test]
    fn conditions_name_parts_and_ids_are_there_once() {
        let body = |document: serde_json::Value| {
            let body = json!({ "title": "t", "document": document });
            serde_json::from_value::<PlanBody>(body).unwrap().into_plan()
        };
        assert!(body(json!([{ "kind": "step", "text": "s" }, { "kind": "item", "text": "i" }])).is_ok());
        let unknown = json!([{ "kind": "item", "text": "i", "demands": { "only_if": { "item": "x", "answer": "yes" } } }]);
        assert!(body(unknown).unwrap_err().to_string().contains("document[0].demands.only_if.item"));
        let twice =
            json!([{ "kind": "item", "text": "i", "id": "a" }, { "kind": "item", "text": "k", "id": "a" }]);
        assert!(body(twice).unwrap_err().to_string().contains("document[1].id"));
    }
}
