mod days;
mod languages;
mod lists;
mod registers;

use AskKind::{Choice, Inspection, Number, YesNo};
use order_markdown::model::any::ids;
use order_markdown::model::{AskKind, Kind, Order, Priority, Status};
use order_markdown::write::write;
use proptest::prelude::*;

use super::*;

fn sheet(text: &str) -> Sheet {
    Sheet::read("weekly_round.csv", text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

fn orders(text: &str) -> Vec<Made> {
    sheet(text).orders(&mut ids("x")).unwrap()
}

fn checklist(text: &str) -> Order {
    let mut made = orders(text);
    assert_eq!(made.len(), 1, "{text}");
    made.remove(0).order
}

fn items(order: &Order) -> Vec<(String, String, bool)> {
    let of = |step: &order_markdown::model::Step| {
        let title = step.title.clone();
        step.items
            .iter()
            .map(move |item| (title.clone(), item.text.clone(), item.ticks.is_ticked()))
            .collect::<Vec<_>>()
    };
    order.steps.iter().flat_map(of).collect()
}

#[test]
fn a_checklist_is_read_whatever_parts_its_fields_and_in_whatever_language_its_columns_are_named() {
    for text in [
        "Section,Task,Done\nBefore,\"Lock out, tag\",x\n,Lamp works,\nAfter,Log written,\n",
        "Section;Task;Done\r\nBefore;Lock out, tag;x\r\n;Lamp works;\r\nAfter;Log written;\r\n",
        "\u{feff}Section\tTask\tDone\nBefore\tLock out, tag\tyes\n\tLamp works\tno\nAfter\tLog written\topen\n",
        "Section|Task|Done\nBefore|Lock out, tag|TRUE\n|Lamp works|FALSE\nAfter|Log written|\n",
        "Bereich;Aufgabe;Erledigt\nBefore;Lock out, tag;ja\n;Lamp works;nein\nAfter;Log written;\n",
        "Étape;Tâche;Fait\nBefore;Lock out, tag;oui\n;Lamp works;non\nAfter;Log written;\n",
        "工程,点検項目,完了\nBefore,\"Lock out, tag\",済\n,Lamp works,未\nAfter,Log written,\n",
        "Раздел;Задача;Выполнено\nBefore;Lock out, tag;да\n;Lamp works;нет\nAfter;Log written;\n",
    ] {
        let order = checklist(text);
        let of = |step: &str, item: &str, done| (step.to_owned(), item.to_owned(), done);
        let wanted = [
            of("Before", "Lock out, tag", true),
            of("Before", "Lamp works", false),
            of("After", "Log written", false),
        ];
        assert_eq!(items(&order), wanted, "{text}");
        assert_eq!(order.title, "weekly round");
        assert_eq!(order.status, Status::Draft);
    }
}

#[test]
fn units_limits_and_kinds_become_what_an_item_asks_for() {
    let text = "Item,Type,Unit,Min,Max,Required,Expected,Assignee,Notes,Colour\n\
        Pressure,,bar,\"4,5\",6,yes,about 5,Kim,at the gauge,red\nDoor,yes/no,,,,no,,,,\nState,good/worn/broken,,,,,,,,\n\
        Seal,pass/fail,,,,,,,,\nOil,number,,high,,,,,,\n";
    let made = orders(text).remove(0);
    let order = made.order;
    let asked: Vec<_> = order.steps[0].items.iter().map(|item| (item.asks.kind, item.required)).collect();
    assert_eq!(asked, [(Number, true), (YesNo, false), (Choice, true), (Inspection, true), (Number, true)]);
    let first = &order.steps[0].items[0].asks;
    assert_eq!((first.unit.as_str(), first.least.as_str(), first.most.as_str()), ("bar", "4.5", "6"));
    let below: Vec<&str> =
        order.document.iter().filter(|it| it.kind == Kind::Point).map(|it| it.text.as_str()).collect();
    assert_eq!(below, ["Expected: about 5", "Assignee: Kim", "Notes: at the gauge", "Colour: red"]);
    assert_eq!(made.not_taken, [(6, "\"high\" is no number for the lower limit".to_owned())]);
    assert!(write(&order).contains("- [ ] Door (optional)"), "{}", write(&order));
}

#[test]
fn a_column_without_words_is_passed_over_and_scores_are_no_words() {
    let text = "title,description,category,section,input_type,required,options\nFloor clean,,Hygiene,,auto,yes,Yes:3|No:0|NA:NA\n\
        Name of the lead,,Hygiene,,short_answer,no,\nState,at noon,Hygiene,,dropdown,yes,good/bad\n";
    let order = checklist(text);
    let step = &order.steps[0];
    assert_eq!((step.title.as_str(), step.items.len()), ("Hygiene", 3));
    assert_eq!(step.items[0].asks.options, ["Yes", "No", "NA"]);
    let kinds: Vec<AskKind> = step.items.iter().map(|item| item.asks.kind).collect();
    assert_eq!(kinds, [Choice, AskKind::Text, Choice]);
    assert!(order.document.iter().any(|block| block.text == "description: at noon"));
}

#[test]
fn where_no_name_is_known_the_items_are_what_says_the_most() {
    let order = checklist("Where;Thing to do;Done\nHall;Lamp works;x\nHall;Door is shut;\n");
    let texts: Vec<String> = items(&order).into_iter().map(|(_, text, _)| text).collect();
    assert_eq!(texts, ["Lamp works", "Door is shut"]);
}

#[test]
fn remarks_between_the_rows_are_kept_as_text_and_hinder_no_reading() {
    let order = checklist("Task,Done,Notes\n# ======\n# Morning\n# ======\n# Before all\nLamp,x,\n");
    assert_eq!(items(&order).len(), 1);
    let texts: Vec<&str> =
        order.document.iter().filter(|it| it.kind == Kind::Text).map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["Morning", "Before all"]);
}

#[test]
fn what_stands_above_the_names_and_rows_that_are_headings_are_understood() {
    let order = checklist(
        "Fire safety audit,,,\nSite: north,Date:,,\n#,Check,Result,Remarks\nExits,,,\n1,Exits are free,pass,\n2,Signs are lit,fail,two are dark\n",
    );
    assert_eq!(order.title, "Fire safety audit");
    let of = |item: &str, done| ("Exits".to_owned(), item.to_owned(), done);
    assert_eq!(items(&order), [of("Exits are free", true), of("Signs are lit", false)]);
    let texts: Vec<&str> = order.document.iter().map(|block| block.text.as_str()).collect();
    assert!(
        texts.contains(&"Site: north · Date:")
            && texts.contains(&"Result: fail")
            && texts.contains(&"Remarks: two are dark"),
        "{texts:?}"
    );
}

#[test]
fn a_list_of_orders_becomes_an_order_for_each_row() {
    let text = "ID,Title,Status,Priority,Due date,Asset,Description,Location\n\
        77,Swap the seal,Complete,HIGH,2026-12-01,Pump 3,Leaks at 6 bar,Hall 2\nWO-2026-009,Paint the door,odd,urgent,someday,,,\n\
        77,Swap the seal,Complete,HIGH,2026-12-01,Pump 3,Leaks at 6 bar,Hall 2\n";
    let made = orders(text);
    assert_eq!(made.len(), 3);
    let (first, second) = (&made[0].order, &made[1].order);
    assert_eq!((first.title.as_str(), first.priority), ("Swap the seal", Priority::High));
    assert_eq!(first.due.as_ref().map(|due| due.raw.as_str()), Some("2026-12-01"));
    assert_eq!(first.asset.as_ref().map(|it| it.name.as_str()), Some("Pump 3"));
    assert!(first.document.iter().any(|block| block.text == "Leaks at 6 bar"));
    let fields: Vec<_> = first.fields.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    assert!(fields.contains(&("Location", "Hall 2")) && fields.contains(&("Reference", "77")), "{fields:?}");
    assert_eq!((second.number.as_str(), second.priority), ("WO-2026-009", Priority::Emergency));
    assert_eq!(made[1].not_taken.len(), 2, "{:?}", made[1].not_taken);
    assert!(made[0].source != made[2].source, "the same row twice is two orders");
}

#[test]
fn other_programs_lists_are_told_from_checklists_by_their_columns() {
    for (header, shape) in [
        ("WONUM,DESCRIPTION,STATUS,LOCATION,ASSETNUM,WORKTYPE,REPORTDATE", Shape::Orders),
        (
            "ID,Title,Status,Priority,Description,Due Date,Estimated Duration,Category,Location Name,Asset Name",
            Shape::Orders,
        ),
        ("Work Order,Summary,Assigned To,Due Date", Shape::Orders),
        ("Task,Status,Notes", Shape::Checklist),
        ("Category,Item,Status,Priority,Owner,Due date", Shape::Checklist),
        ("No.,Checkpoint,OK", Shape::Checklist),
    ] {
        assert_eq!(sheet(&format!("{header}\na,b,c\n")).shape(), shape, "{header}");
    }
}

#[test]
fn a_person_says_otherwise() {
    let mut sheet = sheet("Name,Thing\na,b\n");
    assert_eq!(sheet.columns().map(|(_, it)| it).collect::<Vec<_>>(), [Meaning::Item, Meaning::Notes]);
    sheet.set_meaning(0, Meaning::Step).unwrap();
    sheet.set_meaning(1, Meaning::Item).unwrap();
    let order = sheet.orders(&mut ids("x")).unwrap().remove(0).order;
    assert_eq!(items(&order), [("a".to_owned(), "b".to_owned(), false)]);
    assert!(sheet.set_meaning(0, Meaning::Priority).is_err() && sheet.set_meaning(9, Meaning::Item).is_err());
    sheet.set_shape(Shape::Orders);
    assert_eq!(sheet.columns().map(|(_, it)| it).collect::<Vec<_>>(), [Meaning::Title, Meaning::Field]);
}

#[test]
fn a_row_stands_on_its_line_whatever_ends_the_lines() {
    let text = "Task,Done,Step\na,x,One\n\n\"b\nc\",,One\nd,x,Two\n";
    for end in ["\n", "\r\n", "\r"] {
        let lines = |text: String| sheet(&text).rows().iter().map(|row| row.line).collect::<Vec<_>>();
        assert_eq!(lines(text.replace('\n', end)), [2, 4, 6], "{end:?}");
        assert_eq!(lines(format!("\n\n{text}").replace('\n', end)), [4, 6, 8], "{end:?}, after empty lines");
    }
    // A line that names the delimiter is one of the file too.
    let lines = |text: &str| sheet(text).rows().iter().map(|row| row.line).collect::<Vec<_>>();
    assert_eq!(lines(&format!("sep=,\r\n{}", text.replace('\n', "\r\n"))), [3, 5, 7]);
}

#[test]
fn what_is_no_table_is_refused_with_a_clear_line() {
    for (bytes, words) in [
        (&b"\xff\xfet\0a\0"[..], "UTF-16"),
        (b"Task,Done\n\xe4,x\n", "not UTF-8"),
        (b"", "names the columns"),
        (b"1,2\n3,4\n", "names the columns"),
        (b"a\0b", "NUL"),
    ] {
        let fault = Sheet::read("a.csv", bytes).unwrap_err().to_string();
        assert!(fault.contains(words), "{fault}");
    }
    assert!(sheet("Task,Done\n,x\n").orders(&mut ids("x")).is_err(), "nothing to do");
    assert!(is_table("A.CSV") && is_table("b.tsv") && !is_table("c.md") && !is_table("csv"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), cells in "[a-c,;|\"\n\r\t x]{0,80}") {
        drop(Sheet::read("a.csv", &bytes));
        if let Ok(sheet) = Sheet::read("a.csv", format!("Task,Done,Step\n{cells}").as_bytes()) {
            drop(sheet.orders(&mut ids("x")));
        }
    }
}
