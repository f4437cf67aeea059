//! A folder of files and the orders of a project, kept in step both ways.

use std::fs;
use std::path::{Path, PathBuf};

use actix_web::http::StatusCode;
use tracewright::folder_sync::actions::sync::{How, sync};
use tracewright::folder_sync::files::Folder;
use tracewright::folder_sync::model::{Did, Report};
use tracewright::foundation::ids::random_bytes;
use tracewright::foundation::{Asker, Role};
use tracewright::work_orders::actions;
use tracewright::work_orders::actions::export::export;
use tracewright::work_orders::editing::{Changed, Edit};
use tracewright::work_orders::model::{Asks, Kind, Status, Target};
use tracewright::work_orders::reads;

use super::{other, owner};
use crate::harness::http::site;
use crate::harness::orders::{load, walk};
use crate::harness::{TestApp, on_both};

const FILE: &str = "---\ntype: Inspection\npriority: high\n---\n# Round\n\n## Before\n\n- [ ] lamp\n- [ ] gloves\n- [ ] keys\n\n## Completion criteria\n\n- all is well\n";

/// A folder that goes when the test ends.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let name: String = hex::encode(random_bytes::<8>());
        let path = std::env::temp_dir().join(format!("tracewright-sync-{name}"));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn how() -> How {
    How { project: "plant-7".to_owned(), ..How::default() }
}

async fn look_with(t: &TestApp, who: &Asker, place: &Place, how: &How) -> Report {
    sync(&t.services.orders, who, &Folder::open(place.path()).unwrap(), how).await.unwrap()
}

async fn look(t: &TestApp, who: &Asker, place: &Place) -> Vec<(String, Did)> {
    look_with(t, who, place, &how()).await.lines.into_iter().map(|line| (line.path, line.did)).collect()
}

fn did(path: &str, did: Did) -> Vec<(String, Did)> {
    vec![(path.to_owned(), did)]
}

async fn only(t: &TestApp, who: &Asker) -> reads::OrderRow {
    let project = who.project;
    let mut rows = t
        .app
        .db
        .read(move |conn| reads::list(conn, project, &reads::Filter::default(), None, 50))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

async fn text_of(t: &TestApp, who: &Asker, number: &str) -> String {
    let (who, number) = (who.clone(), number.to_owned());
    t.app.db.read(move |conn| export(conn, &who, &number)).await.unwrap()
}

/// Changes the words of an item on the page.
async fn reword(t: &TestApp, who: &Asker, id: &str, was: &str, now: &str) {
    let order = load(t, who, id).await;
    let block =
        order.document.iter().find(|block| block.text == was).unwrap_or_else(|| panic!("{was}: {order:?}"));
    let now = Changed {
        text: now.to_owned(),
        kind: Kind::Item,
        language: String::new(),
        required: true,
        ordered: false,
        asks: Asks::default(),
        demands: None,
        depth: 0,
    };
    let edit = Edit::Set { id: block.id.clone(), was: was.to_owned(), now };
    actions::edit_plan::edit_plan(&t.services.orders, who, id, vec![edit], "here".to_owned()).await.unwrap();
}

on_both! {
    async fn a_new_file_becomes_a_draft_and_changes_go_both_ways(t: TestApp) {
        let (asker, _) = owner(&t).await;
        let place = Place::new();
        place.write("round.md", FILE);
        assert!(!look_with(&t, &asker, &place, &How { dry_run: true, ..how() }).await.lines.is_empty());
        assert!(!place.path().join(".tracewright-sync.json").exists(), "only looked");
        assert_eq!(look(&t, &asker, &place).await, did("round.md", Did::Imported));
        assert_eq!(look(&t, &asker, &place).await, []);
        let row = only(&t, &asker).await;
        assert_eq!((row.status(), row.owner.as_deref()), (Status::Draft, Some(asker.id())));
        // A file alone: the plan follows, and what the file ticks is only its word.
        let changed = FILE.replace("- [ ] gloves", "- [x] gloves, thick").replace("- [ ] keys\n", "- [ ] keys\n- [ ] radio\n");
        place.write("round.md", &changed);
        assert_eq!(look(&t, &asker, &place).await, did("round.md", Did::PlanChanged));
        assert_eq!(look(&t, &asker, &place).await, []);
        let order = load(&t, &asker, &row.order_id).await;
        let items: Vec<_> = order.steps[0].items.iter().map(|item| (item.text.as_str(), item.ticks.is_ticked())).collect();
        assert_eq!(items, [("lamp", false), ("gloves, thick", false), ("keys", false), ("radio", false)]);
        assert_eq!(place.read("round.md"), changed, "not a byte of the file is touched");
        let history = t.app.db.read({
            let (project, id) = (asker.project, row.order_id.clone());
            move |conn| reads::history(conn, project, &id, None)
        }).await.unwrap();
        assert!(history.iter().any(|event| format!("{event:?}").contains("from round.md")));
        // An order alone: only its own line changes.
        reword(&t, &asker, &row.order_id, "lamp", "lamp works").await;
        assert_eq!(look(&t, &asker, &place).await, did("round.md", Did::FileWritten));
        assert_eq!(place.read("round.md"), changed.replace("- [ ] lamp", "- [ ] lamp works"));
        assert_eq!(look(&t, &asker, &place).await, []);
        // Both, in different places.
        reword(&t, &asker, &row.order_id, "keys", "keys of the hall").await;
        place.write("round.md", &place.read("round.md").replace("radio", "two radios"));
        assert_eq!(look(&t, &asker, &place).await, did("round.md", Did::Joined));
        let both = place.read("round.md");
        assert!(both.contains("- [ ] keys of the hall\n- [ ] two radios\n") && both.contains("- [x] gloves, thick"), "{both}");
        assert_eq!(look(&t, &asker, &place).await, []);
    }

    async fn a_tick_here_turns_the_box_in_the_file_beside_what_the_file_changed(t: TestApp) {
        let (asker, _) = owner(&t).await;
        let place = Place::new();
        place.write("round.md", FILE);
        look(&t, &asker, &place).await;
        let id = only(&t, &asker).await.order_id;
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let order = load(&t, &asker, &id).await;
        let lamp = Target::Item(order.steps[0].items[0].id.clone());
        actions::tick::tick(&t.services.orders, &asker, &id, lamp).await.unwrap();
        place.write("round.md", &FILE.replace("] lamp", "] the lamp"));
        let done = look(&t, &asker, &place).await;
        assert_eq!(done, did("round.md", Did::Joined));
        let file = place.read("round.md");
        assert!(file.contains("- [x] the lamp\n- [ ] gloves"), "{file}");
        assert!(file.contains("## Signatures on"), "{file}");
        let order = load(&t, &asker, &id).await;
        assert!(order.steps[0].items[0].ticks.is_ticked() && order.steps[0].items[0].text == "the lamp");
        // What carries a record is not taken out by a file, and the file keeps its words.
        place.write("round.md", &file.replace("- [x] the lamp\n", ""));
        let refused = look(&t, &asker, &place).await;
        assert!(matches!(&refused[0].1, Did::Refused(why) if why.contains("carries a record")), "{refused:?}");
        assert!(!place.read("round.md").contains("the lamp"));
        // Nor is what was signed and logged.
        place.write("round.md", &file.replace("## Signatures on", "## No signatures on"));
        let refused = look(&t, &asker, &place).await;
        assert!(matches!(&refused[0].1, Did::Refused(why) if why.contains("recorded below")), "{refused:?}");
    }

    async fn the_same_words_changed_on_both_sides_wait_for_a_decision(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let place = Place::new();
        place.write("round.md", FILE);
        look(&t, &asker, &place).await;
        let row = only(&t, &asker).await;
        for (at, side) in [(0, "file"), (1, "here")] {
            let (before, words) = (place.read("round.md"), load(&t, &asker, &row.order_id).await.steps[0].items[1].text.clone());
            reword(&t, &asker, &row.order_id, &words, &format!("gloves here {at}")).await;
            let file = before.replace(&format!("] {words}"), &format!("] gloves there {at}"));
            place.write("round.md", &file);
            for _ in 0..2 {
                assert_eq!(look(&t, &asker, &place).await, did("round.md", Did::Clash(1)));
                assert_eq!(place.read("round.md"), file, "nothing is overwritten");
            }
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "no litter");
            let page = browser.get(&s, &format!("/work-orders/{}", row.number)).await.body;
            assert!(page.contains(&format!("/work-orders/{}/clash", row.number)), "{page}");
            let shown = browser.get(&s, &format!("/work-orders/{}/clash", row.number)).await.body;
            for said in [format!("gloves here {at}"), format!("gloves there {at}"), words] {
                assert!(shown.contains(&said), "{said}: {shown}");
            }
            let open = browser.post(&s, &format!("/work-orders/{}/clash", row.number), "places=1").await;
            assert_eq!(open.status, StatusCode::CONFLICT, "{}", open.body);
            let decided = browser.post(&s, &format!("/work-orders/{}/clash", row.number), &format!("places=1&place-1={side}")).await;
            assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
            let kept = load(&t, &asker, &row.order_id).await.steps[0].items[1].text.clone();
            assert_eq!(kept, format!("gloves {} {at}", if side == "file" { "there" } else { "here" }));
            look(&t, &asker, &place).await;
            assert!(place.read("round.md").contains(&format!("- [ ] {kept}\n")), "{}", place.read("round.md"));
            assert_eq!(look(&t, &asker, &place).await, []);
            assert!(!browser.get(&s, &format!("/work-orders/{}", row.number)).await.body.contains("/clash"));
        }
        assert_eq!(browser.post(&s, &format!("/work-orders/{}/clash", row.number), "places=0").await.status, StatusCode::CONFLICT);
    }

    async fn orders_without_files_get_them_and_renamed_and_deleted_files_are_followed(t: TestApp) {
        let (asker, _) = owner(&t).await;
        let place = Place::new();
        let made = actions::import::import(&t.app, &asker, None, FILE.as_bytes().to_vec()).await.unwrap();
        let name = format!("{}.md", made.number);
        let none = look_with(&t, &asker, &place, &How { no_new_files: true, ..how() }).await;
        assert_eq!(none.lines, []);
        assert_eq!(look(&t, &asker, &place).await, did(&name, Did::FileMade));
        assert_eq!(place.read(&name), FILE);
        fs::create_dir(place.path().join("sub")).unwrap();
        fs::rename(place.path().join(&name), place.path().join("sub/round.md")).unwrap();
        assert_eq!(look(&t, &asker, &place).await, did("sub/round.md", Did::Renamed(name)));
        assert_eq!(look(&t, &asker, &place).await, []);
        // Killed after a file was made and before that was recorded, or the record lost: it is found again.
        fs::remove_file(place.path().join(".tracewright-sync.json")).unwrap();
        assert_eq!(look(&t, &asker, &place).await, did("sub/round.md", Did::Found));
        assert_eq!(look(&t, &asker, &place).await, []);
        fs::remove_file(place.path().join("sub/round.md")).unwrap();
        assert_eq!(look(&t, &asker, &place).await, did("sub/round.md", Did::Gone));
        assert_eq!(look(&t, &asker, &place).await, []);
        assert!(load(&t, &asker, &made.order_id).await.exists(), "the order stays");
        let wrong = How { project: "other".to_owned(), ..how() };
        assert!(sync(&t.services.orders, &asker, &Folder::open(place.path()).unwrap(), &wrong).await.is_err());
    }

    async fn a_folder_does_what_its_account_may(t: TestApp) {
        let (asker, browser) = owner(&t).await;
        let s = site(&t).await;
        let place = Place::new();
        place.write("round.md", FILE);
        place.write("bad.md", "\0");
        other(&t, &asker, "vi@example.com", &[Role::Viewer]).await;
        let operator = Asker::operator(asker.project);
        let vi = t.people.act_as(&operator, "vi@example.com").await.unwrap();
        assert!(t.people.act_as(&asker, "vi@example.com").await.is_err(), "only the operator acts as somebody");
        let refused = look(&t, &vi, &place).await;
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(|(_, did)| matches!(did, Did::Refused(_))), "{refused:?}");
        look(&t, &asker, &place).await;
        let row = only(&t, &asker).await;
        place.write("round.md", &FILE.replace("lamp", "lantern"));
        let refused = look(&t, &vi, &place).await;
        assert!(refused.iter().any(|(path, did)| path == "round.md" && matches!(did, Did::Refused(_))), "{refused:?}");
        assert!(text_of(&t, &asker, &row.number).await.contains("lamp"));
        assert_eq!(browser.get(&s, &format!("/work-orders/{}/clash", row.number)).await.status, StatusCode::OK);
    }

    async fn edits_on_both_sides_in_any_order_end_in_step_or_in_a_clash_and_nothing_is_lost(t: TestApp) {
        let (asker, _) = owner(&t).await;
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
        };
        for round in 0..6 {
            let place = Place::new();
            place.write("round.md", &format!("# Round {round}\n\n- [ ] a\n- [ ] b\n- [ ] c\n\n## Two\n\n- [ ] d\n- [ ] e\n"));
            let only_files = How { no_new_files: true, ..how() };
            look_with(&t, &asker, &place, &only_files).await;
            let title = format!("Round {round}");
            let project = asker.project;
            let all = move |conn: &mut _| reads::list(conn, project, &reads::Filter::default(), None, 50);
            let rows = t.app.db.read(all).await.unwrap();
            let id = rows.into_iter().find(|row| row.title == title).unwrap();
            let mut written: Vec<String> = Vec::new();
            for step in 0..8 {
                let new = format!("new {round} {step}");
                match random(3) {
                    0 => {
                        let text = place.read("round.md");
                        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                        let at = 2 + random(lines.len() - 1);
                        if random(2) == 0 || at >= lines.len() || !lines[at].starts_with("- [") {
                            lines.insert(at, format!("- [ ] {new}"));
                        } else {
                            written.retain(|line| !lines[at].ends_with(line.as_str()));
                            lines[at] = format!("- [ ] {new}");
                        }
                        place.write("round.md", &(lines.join("\n") + "\n"));
                        written.push(new);
                    }
                    1 => {
                        let order = load(&t, &asker, &id.order_id).await;
                        let items: Vec<_> = order.steps.iter().flat_map(|step| &step.items).collect();
                        let item = items[random(items.len())].text.clone();
                        written.retain(|line| *line != item);
                        reword(&t, &asker, &id.order_id, &item, &new).await;
                        written.push(new);
                    }
                    _ => drop(look_with(&t, &asker, &place, &only_files).await),
                }
            }
            let report = look_with(&t, &asker, &place, &only_files).await;
            let (file, here) = (place.read("round.md"), text_of(&t, &asker, &id.number).await);
            for line in &written {
                assert!(file.contains(line.as_str()) || here.contains(line.as_str()), "lost {line}: {file}\n---\n{here}");
            }
            let clashes = report.lines.iter().any(|line| line.did.waits());
            assert!(clashes || file == here, "neither in step nor shown: {report:?}\n{file}\n---\n{here}");
            let again = look_with(&t, &asker, &place, &only_files).await;
            assert_eq!(again.waits(), clashes);
            assert!(clashes || again.lines.is_empty(), "in step stays in step: {again:?}");
        }
    }
}
