//! A plan is the document that it came as: what goes in comes out, and a person says what each block becomes.

use actix_web::http::StatusCode;
use tracewright::foundation::Digest;
use tracewright::work_orders::actions::export::export;
use tracewright::work_orders::actions::import::{Brought, Choices, take as take_chosen};
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{Kind, Priority, Status};
use tracewright::work_orders::read;

use crate::harness::on_both;

use super::pages::{get, post};
use super::*;

/// A checklist as other people keep theirs: front matter, Windows line ends, a table with boxes, boxes in boxes, HTML, a
/// comment that nobody sees, and no line end at the end.
const FOREIGN: &str = "---\r\ntitle: Weekly round\r\npriority: high\r\ntags: [pumps, line-4]\r\n---\r\n\r\n\
    # Weekly round \u{1f6e0}\r\n\r\nBring the *lamp*.\\\r\n<br>\r\n\r\n<!-- ask Kim about valve 9 -->\r\n\r\n\
    ## Before\r\n\r\n* [x] Lock out line 4\r\n    * [X]  Tag fitted   \r\n      * [ ] Photo of the tag\r\n* [ ] Lamp works\r\n\r\n\
    ## Checks\r\n\r\n| what | ok | note |\r\n|:-----|:--:|------|\r\n| Seal dry | [ ] | look \\| feel |\r\n\
    | Oil level | [x] | |\r\n\r\n```sh\r\n- [ ] not a box\r\n```\r\n\r\n> **Warning:** the pipe is hot\r\n\r\n\
    ## Completion criteria\r\n\r\n1) No leak at 6 bar\r\n2) Log written";

async fn text_of(t: &TestApp, asker: &Asker, number: &str) -> String {
    let (who, number) = (asker.clone(), number.to_owned());
    t.app.db.read(move |conn| export(conn, &who, &number)).await.unwrap()
}

/// The place of the block that begins so.
fn place(text: &str, begins: &str) -> usize {
    let reading = read::read(text).unwrap();
    let found = reading.lines().position(|(_, line)| line.block.text.starts_with(begins));
    found.unwrap_or_else(|| panic!("no block begins with {begins}"))
}

/// What the list of kinds with this name has selected.
fn chosen_at(page: &str, name: &str) -> String {
    let from = page.find(&format!("name=\"{name}\"")).unwrap();
    let select = page[from..].split("</select>").next().unwrap();
    let option =
        select.split("<option").find(|it| it.split('>').next().unwrap().contains("selected")).unwrap();
    option.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn count(t: &TestApp, table: &'static str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        use diesel::RunQueryDsl as _;
        Ok(diesel::sql_query(sql).get_result::<Count>(conn)?.n)
    };
    t.app.db.read(read).await.unwrap()
}

on_both! {
    async fn an_unchanged_file_comes_out_byte_for_byte(t: TestApp) {
        let asker = owner(&t).await;
        for text in [FOREIGN, FILE, "just words", "\u{feff}- [ ] one\r- [x] two", "* a\n* b\n\n\n\n"] {
            let taken = take(&t, &asker, text).await.unwrap();
            assert_eq!(text_of(&t, &asker, taken.number.as_str()).await, text);
            let file = get(&t, &asker, &format!("/work-orders/{}.md", taken.number)).await;
            assert_eq!(file.body, text, "by its address too");
        }
        let order = row(&t, &asker, "WO-2026-001").await;
        assert_eq!((order.items, order.items_done, order.priority(), order.title.as_str()), (6, 0, Priority::High, "Weekly round"));
    }

    async fn what_is_done_here_turns_its_own_box_and_no_other_byte(t: TestApp) {
        let asker = owner(&t).await;
        let text = FOREIGN.replace("priority: high", "priority: high\r\ntype: Inspection");
        let made = begun(&t, &asker, &asker, &text).await;
        let order = load(&t, &asker, &made.id).await;
        let of = |words: &str| {
            let items = order.steps.iter().flat_map(|step| &step.items);
            let item = items.into_iter().find(|item| item.text.starts_with(words));
            Target::Item(item.unwrap_or_else(|| panic!("no item {words}: {:?}", order.steps)).id.clone())
        };
        actions::tick::tick(&t.services.orders, &asker, &made.id, of("Seal dry")).await.unwrap();
        actions::tick::tick(&t.services.orders, &asker, &made.id, of("Photo of the tag")).await.unwrap();
        let out = text_of(&t, &asker, made.number.as_str()).await;
        let wanted = text.replace("| Seal dry | [ ] |", "| Seal dry | [x] |").replace("* [ ] Photo", "* [x] Photo");
        // What was signed here stands behind the file: no form of an order goes out without it.
        let (file, signed) = out.split_at(wanted.len());
        assert_eq!(file, wanted);
        assert!(signed.starts_with(&format!("\n## Signatures on {}", made.number)), "{signed}");
    }

    async fn a_form_brings_windows_line_ends_only_where_the_file_has_them(t: TestApp) {
        let asker = owner(&t).await;
        for (ends, text) in [("crlf", FOREIGN.to_owned()), ("", FOREIGN.replace("\r\n", "\n"))] {
            let typed = text.replace("\r\n", "\n").replace('\n', "\r\n");
            let done = post(&t, &asker, "/work-orders/import", &[("markdown", &typed), ("ends", ends)]).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
            let number = done.location.trim_start_matches("/work-orders/").to_owned();
            assert_eq!(text_of(&t, &asker, &number).await, text);
            assert_eq!(row(&t, &asker, &number).await.source(), Some(Digest::of(text.as_bytes())));
        }
    }

    async fn a_file_whose_order_was_cancelled_is_brought_in_anew_once_somebody_says_so(t: TestApp) {
        let asker = owner(&t).await;
        let fields = [("markdown", FOREIGN), ("ends", "crlf")];
        let first = post(&t, &asker, "/work-orders/import", &fields).await.location;
        let known = post(&t, &asker, "/work-orders/import", &fields).await;
        assert_eq!((known.status, &known.location), (StatusCode::SEE_OTHER, &first), "{}", known.body);
        let number = first.trim_start_matches("/work-orders/").to_owned();
        let id = row(&t, &asker, &number).await.order_id;
        let cancel = Move { reason: "brought in by mistake".to_owned(), ..Move::to(Status::Cancelled) };
        transition(&t.services.orders, &asker, &id, cancel).await.unwrap();
        // It does not lead to what nobody can work on: it says so and offers another one.
        let asked = post(&t, &asker, "/work-orders/import", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.body);
        for words in [number.as_str(), "which was cancelled", "name=\"anew\"", "ask Kim about valve 9"] {
            assert!(asked.body.contains(words), "{words}: {}", asked.body);
        }
        assert_eq!(count(&t, "orders").await, 1, "nothing was made");
        let made = post(&t, &asker, "/work-orders/import", &[fields[0], fields[1], ("anew", "yes")]).await;
        assert!(made.status == StatusCode::SEE_OTHER && made.location != first, "{} {}", made.location, made.body);
        // From then on the same file leads to the one that stands, for programs too.
        for sent in [&fields[..], &[fields[0], fields[1], ("anew", "yes")]] {
            assert_eq!(post(&t, &asker, "/work-orders/import", sent).await.location, made.location);
        }
        let again = take(&t, &asker, FOREIGN).await.unwrap();
        assert_eq!((again.is_new, format!("/work-orders/{}", again.number)), (false, made.location));
        assert_eq!(count(&t, "orders").await, 2);
    }

    async fn a_preview_shows_what_each_line_becomes_and_stores_nothing(t: TestApp) {
        let asker = owner(&t).await;
        let before = (count(&t, "events").await, count(&t, "orders").await, count(&t, "order_numbers").await);
        let seen = post(&t, &asker, "/work-orders/import/preview", &[("markdown", FOREIGN), ("ends", "crlf")]).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
        for words in ["Lock out line 4", "Seal dry", "ask Kim about valve 9", "No leak at 6 bar", "6 items", "2 criteria", "1 code block", "ticked in the file only"] {
            assert!(seen.body.contains(words), "{words}: {}", seen.body);
        }
        let item = place(FOREIGN, "Lamp works");
        let chosen = format!("kind-{item}");
        assert!(seen.body.contains(&format!("name=\"{chosen}\"")), "{}", seen.body);
        assert_eq!(chosen_at(&seen.body, &chosen), "item");
        let fields = [("markdown", FOREIGN), ("ends", "crlf"), (chosen.as_str(), "criterion")];
        let again = post(&t, &asker, "/work-orders/import/preview", &fields).await;
        assert_eq!(chosen_at(&again.body, &chosen), "criterion");
        assert!(again.body.contains("5 items") && again.body.contains("3 criteria"), "{}", again.body);
        let empty = post(&t, &asker, "/work-orders/import/preview", &[("markdown", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let viewer = other(&asker, "viewer", &[Role::Viewer]);
        assert_eq!(post(&t, &viewer, "/work-orders/import/preview", &[("markdown", FOREIGN)]).await.status, StatusCode::FORBIDDEN);
        let after = (count(&t, "events").await, count(&t, "orders").await, count(&t, "order_numbers").await);
        assert_eq!(after, before);
    }

    async fn a_person_says_what_a_block_becomes(t: TestApp) {
        let asker = owner(&t).await;
        let (lamp, heading, words) = (place(FOREIGN, "Lamp works"), place(FOREIGN, "Checks"), place(FOREIGN, "Bring the"));
        let (lamp, heading, words) = (format!("kind-{lamp}"), format!("kind-{heading}"), format!("kind-{words}"));
        let fields = [
            ("markdown", FOREIGN), ("ends", "crlf"), (lamp.as_str(), "criterion"), (heading.as_str(), "section"),
            (words.as_str(), "warning"), ("title", "The round of week 48"), ("type", "Inspection"), ("priority", "low"),
            ("due", "2026-12-01"), ("criteria", "Handed over\r\n"),
        ];
        let done = post(&t, &asker, "/work-orders/import", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let number = done.location.trim_start_matches("/work-orders/").to_owned();
        let stored = row(&t, &asker, &number).await;
        let order = load(&t, &asker, &stored.order_id).await;
        let texts: Vec<&str> = order.criteria.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["Lamp works", "No leak at 6 bar", "Log written", "Handed over"]);
        let kind_of = |begins: &str| order.document.iter().find(|it| it.text.starts_with(begins)).map(|it| it.kind);
        assert_eq!((kind_of("Checks"), kind_of("Bring the")), (Some(Kind::Section), Some(Kind::Warning)));
        assert!(order.steps.iter().all(|step| step.title != "Checks"), "a heading is no step any more: {:?}", order.steps);
        assert_eq!((order.title.as_str(), order.order_type.as_str(), order.priority), ("The round of week 48", "Inspection", Priority::Low));
        assert_eq!((order.due.unwrap().raw.as_str(), stored.items), ("2026-12-01", 5));
        let out = text_of(&t, &asker, &number).await;
        assert!(out.contains("\r\n* [ ] Lamp works\r\n") && out.contains("- Handed over"), "{out}");
    }

    async fn a_refused_choice_keeps_every_other_one(t: TestApp) {
        let asker = owner(&t).await;
        let lamp = format!("kind-{}", place(FOREIGN, "Lamp works"));
        let code = format!("kind-{}", place(FOREIGN, "- [ ] not a box"));
        for (field, value, why) in [("due", "soon-ish", "This is no day"), (code.as_str(), "item", "cannot become that")] {
            let mut fields = vec![
                ("markdown", FOREIGN), ("ends", "crlf"), (lamp.as_str(), "goal"), ("title", "The round of week 48"),
                ("type", "Inspection"), ("priority", "low"), ("criteria", "Handed over"),
            ];
            fields.push((field, value));
            for address in ["/work-orders/import", "/work-orders/import/preview"] {
                let refused = post(&t, &asker, address, &fields).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} at {address}");
                for words in [why, "The round of week 48", "Inspection", "Handed over"] {
                    assert!(refused.body.contains(words), "{field} at {address} keeps {words}: {}", refused.body);
                }
                assert!(field != "due" || refused.body.contains("soon-ish"), "{}", refused.body);
                assert_eq!(chosen_at(&refused.body, &lamp), "goal", "{field} at {address}");
            }
        }
    }

    async fn a_block_never_becomes_what_it_cannot_be(t: TestApp) {
        let asker = owner(&t).await;
        let code = place(FOREIGN, "- [ ] not a box");
        let heading = place(FOREIGN, "Checks");
        let far = 9_999;
        for (place, kind) in [(code, "item"), (heading, "criterion"), (place(FOREIGN, "Lamp works"), "step"), (far, "item")] {
            let field = format!("kind-{place}");
            for address in ["/work-orders/import", "/work-orders/import/preview"] {
                let refused = post(&t, &asker, address, &[("markdown", FOREIGN), ("ends", "crlf"), (field.as_str(), kind)]).await;
                assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{place} as {kind} at {address}");
                assert!(refused.body.contains("cannot become that") && refused.body.contains("Lock out line 4"), "{}", refused.body);
            }
            let kinds = [(place, Kind::read(kind).unwrap())].into();
            let choices = Choices { kinds, ..Choices::default() };
            let asked = Brought { file: None, bytes: FOREIGN.as_bytes().to_vec(), choices };
            let Err(Error::Invalid(errors)) = take_chosen(&t.app, &asker, asked).await else { panic!("taken: {place} as {kind}") };
            assert!(errors.get(&field).is_some(), "{errors}");
        }
        assert_eq!(count(&t, "orders").await, 0);
    }

    async fn a_list_without_boxes_becomes_one_when_a_person_says_so(t: TestApp) {
        let asker = owner(&t).await;
        let text = "# Packing\n\n- Lamp\n- Rope\n  - 20 m\n";
        let plain = take(&t, &asker, text).await.unwrap();
        assert_eq!((plain.taken.items, plain.taken.steps), (0, 0));
        let asked = Brought {
            file: None,
            bytes: text.replace("Packing", "Packing again").into_bytes(),
            choices: Choices { points_are_items: true, ..Choices::default() },
        };
        let taken = take_chosen(&t.app, &asker, asked).await.unwrap();
        let order = load(&t, &asker, &taken.order_id).await;
        let items: Vec<&str> = order.steps[0].items.iter().map(|it| it.text.as_str()).collect();
        assert_eq!((order.status, items), (Status::Draft, vec!["Lamp", "Rope", "20 m"]));
        let id = order.steps[0].items[1].id.clone();
        let (project, number) = (asker.project, taken.number.to_string());
        assert_eq!(text_of(&t, &asker, &number).await, text.replace("Packing", "Packing again"), "untouched until ticked");
        let held = t.app.db.read(move |conn| reads::load(conn, project, &taken.order_id, None)).await.unwrap();
        assert!(held.item(&id).is_some());
    }
}
