//! The text of a version and the plan that it says: Markdown in the form that orders are exported in and imported from.

use order_markdown::model::{Order, Plan};
use order_markdown::{editing, read, write};

use crate::foundation::{Digest, Error, FieldErrors, Result};
use crate::work_orders::decide::check_plan;

/// A text that a version may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As it was written, byte for byte.
    pub text: String,
    /// SHA-256 of it.
    pub digest: Digest,
    /// What it says, with ids that nothing else has.
    pub plan: Plan,
    /// What was not taken for what it looks like, each with its line.
    pub not_taken: Vec<(usize, String)>,
}

/// Reads a text; refused by the field `text` with the line, where a line is at fault.
pub fn read(text: &str, new_id: &mut dyn FnMut() -> String) -> Result<Text> {
    read_plan(text, new_id).map_err(in_field)
}

fn read_plan(text: &str, new_id: &mut dyn FnMut() -> String) -> Result<Text> {
    let reading = read::read_bytes(text.as_bytes())?;
    let not_taken = reading.not_taken();
    let mut plan = Plan::of(&reading.into_order(new_id)?);
    plan.due = None;
    plan.fill_ids(new_id);
    check_plan(&plan)?;
    Ok(Text { text: text.to_owned(), digest: Digest::of(text.as_bytes()), plan, not_taken })
}

/// Every fault of a text is one of its field; a line that is named stands in front.
fn in_field(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut all = FieldErrors::default();
    for fault in errors.0 {
        let message = match fault.path.as_str() {
            "" | "file" | "text" => fault.message,
            place => format!("{place}: {}", fault.message),
        };
        all.add("text", message);
    }
    Error::Invalid(all)
}

/// The plan of an order that is made from it: parts with ids of their own, nothing that only the head or the log of a file says.
pub fn plan_for_order(plan: Plan, new_id: &mut dyn FnMut() -> String) -> Plan {
    let document = editing::as_new(editing::planned(plan.document), new_id);
    let mut plan = Plan { due: None, document, ..plan };
    plan.fill_ids(new_id);
    plan
}

/// The text that says a plan.
pub fn write(plan: &Plan) -> String {
    write::write(&shown(plan))
}

/// The order that shows a plan on a page: nothing but the plan.
pub fn shown(plan: &Plan) -> Order {
    let mut order = Order::default();
    plan.put_into(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use order_markdown::model::{AskKind, Asks, Block, Kind, OnlyIf, Priority};
    use proptest::prelude::*;

    use super::*;

    fn ids(prefix: &'static str) -> impl FnMut() -> String {
        let mut next = 0;
        move || {
            next += 1;
            format!("{prefix}-{next}")
        }
    }

    /// What a part is, without its ids and its bytes.
    fn bare(document: &[Block]) -> Vec<Block> {
        let place = |id: &str| document.iter().position(|block| block.id == id).map(|at| at.to_string());
        let bare = |block: &Block| {
            let mut block = Block { id: String::new(), source: None, mark: None, ..block.clone() };
            if let Some(only) = &mut block.demands.only_if {
                only.item = place(&only.item).unwrap_or_default();
            }
            block
        };
        document.iter().map(bare).collect()
    }

    fn typed() -> Plan {
        let item =
            |text: &str, asks: Asks| Block { id: text.to_owned(), asks, ..Block::of(Kind::Item, text) };
        let number = Asks {
            kind: AskKind::Number,
            unit: "bar".to_owned(),
            least: "0".to_owned(),
            most: "0.2".to_owned(),
            outside_fails: true,
            ..Asks::default()
        };
        let mut why = item("Why is it open?", Asks { kind: AskKind::Text, ..Asks::default() });
        why.demands.only_if = Some(OnlyIf { item: "Is it shut?".to_owned(), answer: "no".to_owned() });
        let mut step = Block { level: 2, ..Block::of(Kind::Step, "Isolate") };
        (step.demands.blocking, step.demands.least_seconds) = (true, 90);
        let mut plan = Plan {
            title: "Swap the seal".to_owned(),
            order_type: "Repair".to_owned(),
            priority: Priority::High,
            isolation: true,
            document: vec![
                Block { level: 1, ..Block::of(Kind::Title, "Swap the seal") },
                Block::of(Kind::Safety, "Wear gloves"),
                step,
                item("Is it shut?", Asks { kind: AskKind::YesNo, ..Asks::default() }),
                why,
                item("Pressure", number),
                Block { language: "sh".to_owned(), ..Block::of(Kind::Code, "valve close 7") },
                Block::of(Kind::Part, "Seal 40 x 62"),
                Block::of(Kind::Criterion, "No leak at 6 bar"),
            ],
            ..Plan::default()
        };
        plan.fill_ids(&mut ids("p"));
        plan
    }

    #[test]
    fn what_is_asked_for_is_in_the_text_and_in_the_order_made_from_it() {
        let plan = typed();
        let text = write(&plan);
        let again = read(&text, &mut ids("a")).unwrap();
        assert_eq!(again.text, text);
        assert_eq!(again.digest, Digest::of(text.as_bytes()));
        let order = plan_for_order(again.plan.clone(), &mut ids("o"));
        assert_eq!((order.title.as_str(), order.order_type.as_str()), ("Swap the seal", "Repair"));
        assert_eq!((order.priority, order.isolation), (Priority::High, true));
        let asked = |plan: &Plan| -> Vec<(String, Asks, bool)> {
            let items = plan.document.iter().filter(|block| block.kind == Kind::Item);
            items.map(|it| (it.text.clone(), it.asks.clone(), it.demands.only_if.is_some())).collect()
        };
        assert_eq!(asked(&order), asked(&plan));
        let step = order.document.iter().find(|block| block.kind == Kind::Step).unwrap();
        assert!(step.demands.blocking && step.demands.least_seconds == 90);
        // The order written out and made a version again says the same, byte for byte.
        assert_eq!(
            write(&order),
            write(&plan_for_order(read(&write(&order), &mut ids("b")).unwrap().plan, &mut ids("c")))
        );
    }

    #[test]
    fn an_item_behind_the_last_criterion_stays_an_item_with_all_that_it_asks_for() {
        let mut plan = typed();
        let mut late = plan.document.iter().find(|block| block.text == "Pressure").unwrap().clone();
        (late.id, late.text) = ("late".to_owned(), "Pressure after".to_owned());
        (late.asks.least, late.asks.most) = ("0".to_owned(), "6".to_owned());
        plan.document.push(late.clone());
        plan.fill_ids(&mut ids("p"));
        let text = write(&plan);
        let version = read(&text, &mut ids("a")).unwrap();
        assert_eq!(version.plan.criteria.len(), 1);
        let order = plan_for_order(version.plan, &mut ids("o"));
        for plan in [order.clone(), read(&write(&order), &mut ids("b")).unwrap().plan] {
            let found = plan.document.iter().find(|block| block.text == "Pressure after").unwrap();
            assert_eq!((found.kind, &found.asks), (Kind::Item, &late.asks));
            assert_eq!(plan.steps.last().unwrap().items.last().unwrap().text, "Pressure after");
        }
    }

    #[test]
    fn a_fault_names_the_field_and_the_line() {
        for (text, says) in [("", "empty"), ("# A\n\nb\u{0}", "line 3")] {
            let Err(Error::Invalid(errors)) = read(text, &mut ids("x")) else { panic!("{text:?} was taken") };
            let message = errors.get("text").unwrap();
            assert!(message.contains(says), "{message}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_version_says_stands_in_the_order_made_from_it(lines in proptest::collection::vec(
            prop_oneof!["## [a-z]{1,8}", "- \\[ \\] [a-z ]{1,12}", "[a-z ]{1,20}", Just(String::new()), "> \\[!WARNING\\] [a-z]{1,9}",
                "- [a-z]{1,9}", Just("## Safety Notes".to_owned()), Just("## Completion Criteria".to_owned())], 1..14)) {
            let text = format!("# Round\n\n{}\n", lines.join("\n"));
            let Ok(version) = read(&text, &mut ids("v")) else { return Ok(()) };
            let planned = editing::planned(version.plan.document.clone());
            let order = plan_for_order(version.plan, &mut ids("o"));
            prop_assert_eq!(bare(&order.document), bare(&planned));
        }
    }
}
