//! Files that are chosen in a browser: kept as they came, looked at, changed, taken.

use actix_web::http::{Method, StatusCode};
use tracewright::foundation::{Asker, Digest, Role};
use tracewright::work_orders::actions::export::export;
use tracewright::work_orders::model::{AskKind, Status};
use tracewright::work_orders::reads;

use super::{other, owner};
use crate::field::form;
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{DAY, TestApp, on_both};

/// Line ends of every kind, a byte order mark, no end.
const MIXED: &str = "\u{feff}# Round\r\n\r\n## Before\n- [ ] lamp\r- [x] gloves\r\n- [ ] keys";

async fn bring(site: &Site, who: &Client, files: &[(&str, &[u8])]) -> Answer {
    let fields: Vec<_> = files.iter().map(|(name, bytes)| ("file", Some(*name), *bytes)).collect();
    let (kind, body) = form(&fields);
    who.send_body(site, Method::POST, "/work-orders/import/files", &kind, body).await
}

async fn text_of(t: &TestApp, who: &Asker, number: &str) -> String {
    let (who, number) = (who.clone(), number.to_owned());
    t.app.db.read(move |conn| export(conn, &who, &number)).await.unwrap()
}

on_both! {
    async fn one_file_is_looked_at_changed_and_taken_byte_for_byte(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let form = browser.get(&s, "/work-orders/import").await.body;
        assert!(form.contains("enctype=\"multipart/form-data\"") && form.contains("multiple"), "{form}");
        let brought = bring(&s, &browser, &[("../round one.md", MIXED.as_bytes())]).await;
        assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.body);
        let address = brought.location().to_owned();
        let seen = browser.get(&s, &address).await.body;
        for words in ["round one.md", "3 items", "ticked in the file only", &Digest::of(MIXED.as_bytes()).to_hex(), "name=\"kind-"] {
            assert!(seen.contains(words), "{words}: {seen}");
        }
        let place = tracewright::work_orders::read::read(MIXED).unwrap().lines().position(|(_, line)| line.block.text == "keys").unwrap();
        let chosen = format!("kind-{place}=point&title=The+round&type=Inspection&priority=high&due=&criteria=Lamp+works");
        let applied = browser.post(&s, &format!("{address}/choices"), &chosen).await;
        assert_eq!((applied.status, applied.location()), (StatusCode::SEE_OTHER, address.as_str()), "{}", applied.body);
        let seen = browser.get(&s, &address).await.body;
        assert!(seen.contains("2 items") && seen.contains("value=\"The round\"") && seen.contains("Lamp works"), "{seen}");
        let wrong = browser.post(&s, &address, &format!("{chosen}&due=").replace("due=&", "due=soon&")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
        assert!(wrong.body.contains("This is no day") && wrong.body.contains("value=\"soon\"") && wrong.body.contains("The round"), "{}", wrong.body);
        let taken = browser.post(&s, &address, &chosen).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
        let number = taken.location().trim_start_matches("/work-orders/").to_owned();
        let text = text_of(&t, &asker, &number).await;
        assert!(text.starts_with(MIXED), "{text:?}");
        assert!(browser.get(&s, "/work-orders/import/files").await.body.contains("No file waits"));
        assert_eq!(browser.get(&s, &address).await.status, StatusCode::NOT_FOUND);
    }

    async fn many_files_are_a_table_and_one_button_and_what_is_refused_says_why(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let large = vec![b'a'; (1 << 20) + 1];
        let csv = "Task,Unit,Min,Max,Done\nPressure,bar,4,6,\nDoor shut,,,,x\n";
        let list = "ID,Title,Status,Priority,Due date,Asset\n1,Seal,Complete,HIGH,2026-12-01,Pump\n2,Paint,Open,LOW,2026-12-02,Door\n";
        let files: &[(&str, &[u8])] = &[
            ("a.md", b"# WO-2026-044\n\n- [x] one\n- [ ] two\n"), ("b.csv", csv.as_bytes()), ("orders.csv", list.as_bytes()),
            ("latin.md", b"- [ ] gr\xfc\xdfe\n"), ("big.md", &large), ("empty.md", b" \n"),
        ];
        let brought = bring(&s, &browser, files).await;
        assert_eq!(brought.location(), "/work-orders/import/files", "{}", brought.body);
        let table = browser.get(&s, "/work-orders/import/files").await.body;
        for words in ["Create 4 drafts", "WO-2026-044", "a list of 2 orders", "not UTF-8 text", "at most 1048576", "the file is empty"] {
            assert!(table.contains(words), "{words}: {table}");
        }
        assert!(browser.get(&s, "/work-orders/import").await.body.contains("6 files you brought wait"));
        let done = browser.post(&s, "/work-orders/import/files/take", "").await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/work-orders/import/files"));
        let left = browser.get(&s, "/work-orders/import/files").await.body;
        assert!(left.contains("3 files") && left.contains("latin.md") && !left.contains("orders.csv"), "{left}");
        let project = asker.project;
        let rows = t.app.db.read(move |conn| reads::list(conn, project, &reads::Filter::default(), None, 50)).await.unwrap();
        let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        assert!(["Paint", "Seal", "b"].iter().all(|title| titles.contains(title)), "{titles:?}");
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.status() == Status::Draft && row.items_done == 0), "a file's word counts for nothing");
        let b = rows.iter().find(|row| row.title == "b").unwrap().order_id.clone();
        let order = crate::harness::orders::load(&t, &asker, &b).await;
        assert_eq!(order.steps[0].items[0].asks.kind, AskKind::Number);
        assert!(order.steps[0].items[1].ticks.0.len() == 1, "a claim");
        bring(&s, &browser, &[("again.csv", list.as_bytes())]).await;
        browser.post(&s, "/work-orders/import/files/take", "").await;
        let count = t.app.db.read(move |conn| reads::count(conn, project, &reads::Filter::default())).await.unwrap();
        assert_eq!(count, 4, "the same rows twice change nothing");
        assert_eq!(browser.post(&s, "/work-orders/import/files/put-away", "").await.location(), "/work-orders/import");
    }

    async fn a_person_says_what_columns_mean(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let odd = bring(&s, &browser, &[("odd.csv", b"Thing;Where\nlamp;hall\nkeys;office\n")]).await;
        let seen = browser.get(&s, odd.location()).await.body;
        assert!(seen.contains("No row names the columns") || seen.contains("no row names the columns"), "{seen}");
        let address = bring(&s, &browser, &[("list.csv", b"Name;Where\nlamp;hall\nkeys;office\n")]).await;
        assert_eq!(address.location(), "/work-orders/import/files", "two wait now");
        let page = browser.get(&s, "/work-orders/import/files").await.body;
        let id = page.split("<a href=\"/work-orders/import/files/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let address = format!("/work-orders/import/files/{id}");
        let seen = browser.get(&s, &address).await.body;
        assert!(seen.contains("name=\"column-1\"") && seen.contains("Where: hall"), "{seen}");
        let chosen = "shape=checklist&column-0=item&column-1=step&title=Round&type=&priority=low&due=&criteria=";
        browser.post(&s, &format!("{address}/choices"), chosen).await;
        let seen = browser.get(&s, &address).await.body;
        assert!(seen.contains("2 steps") && !seen.contains("Where: hall"), "{seen}");
        let bad = browser.post(&s, &format!("{address}/choices"), "shape=checklist&column-0=nothing&column-1=nothing").await;
        assert_eq!(bad.status, StatusCode::SEE_OTHER, "it is shown with its fault");
        assert!(browser.get(&s, &address).await.body.contains("No row has words for an item"));
        let taken = browser.post(&s, &address, chosen).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
        let project = asker.project;
        let rows = t.app.db.read(move |conn| reads::list(conn, project, &reads::Filter::default(), None, 5)).await.unwrap();
        assert_eq!((rows[0].title.as_str(), rows[0].steps, rows[0].items), ("Round", 2, 2));
    }

    async fn files_wait_for_their_account_alone_and_a_week(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let address = bring(&s, &browser, &[("a.md", b"- [ ] one\n")]).await.location().to_owned();
        other(&t, &asker, "sam@example.com", &[Role::Supervisor]).await;
        other(&t, &asker, "vi@example.com", &[Role::Viewer]).await;
        let sam = crate::field::browser(&t, "sam@example.com").await;
        assert_eq!(sam.get(&s, &address).await.status, StatusCode::NOT_FOUND);
        assert_eq!(sam.post(&s, &address, "").await.status, StatusCode::NOT_FOUND);
        let vi = crate::field::browser(&t, "vi@example.com").await;
        assert_eq!(bring(&s, &vi, &[("a.md", b"- [ ] one\n")]).await.status, StatusCode::FORBIDDEN);
        let none = bring(&s, &browser, &[]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("Choose at least one file"), "{}", none.body);
        assert_eq!(browser.get(&s, &address).await.status, StatusCode::OK);
        t.clock.advance(6 * DAY);
        assert_eq!(browser.get(&s, &address).await.status, StatusCode::OK);
        t.clock.advance(2 * DAY);
        assert_eq!(browser.get(&s, &address).await.status, StatusCode::NOT_FOUND);
        let many: Vec<(String, Vec<u8>)> = (0..61).map(|at| (format!("{at}.md"), b"- [ ] x\n".to_vec())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        bring(&s, &browser, &many).await;
        let table = browser.get(&s, "/work-orders/import/files").await.body;
        assert!(table.contains("60 files wait already") && table.contains("Create 60 drafts"), "{table}");
    }
}
