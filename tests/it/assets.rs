//! Assets on both databases: the tree, meters, rights, and the way from a label to an order.

use actix_web::http::{Method, StatusCode};
use tracewright::assets::actions::add_meter::add_meter;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::actions::import::import;
use tracewright::assets::actions::read_meter::{Reading, read_meter};
use tracewright::assets::actions::relocate::relocate;
use tracewright::assets::actions::retire::retire;
use tracewright::assets::actions::take_up::take_up;
use tracewright::assets::model::{Facts, MeterFacts, MeterKind};
use tracewright::assets::reads;
use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::ledger::rebuild;
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::work_orders::actions::create::create as create_order;
use tracewright::work_orders::actions::edit_plan::edit_plan;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::editing::Edit;
use tracewright::work_orders::model::{AssetRef, Plan, Priority, Status};
use tracewright::work_orders::{read, reads as orders, write};

use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{MINUTE, TestApp, on_both};
use crate::people::pages::cookie;
use crate::people::{create, owner};

/// Somebody of a role, as an asker and with a browser.
async fn somebody(t: &TestApp, home: &Asker, role: Role) -> (Asker, Client) {
    let email = format!("{}@example.com", role.as_str());
    create(&t.people, home, &email, &[role]).await;
    let token = cookie(t, &email).await;
    (t.people.authenticate(&token).await.unwrap().unwrap(), Client::browser(Some(&token)))
}

fn new(code: &str, name: &str, parent: &str) -> NewAsset {
    let facts = Facts { name: name.to_owned(), ..Facts::default() };
    NewAsset { code: code.to_owned(), facts, parent: parent.to_owned() }
}

/// A plant with a hall and a line in it.
async fn plant(t: &TestApp, who: &Asker) {
    for (code, name, parent) in
        [("plant", "Plant", ""), ("hall-1", "Filler hall", "plant"), ("Line-02", "Line assistant", "HALL-1")]
    {
        create_asset(&t.app, who, new(code, name, parent)).await.unwrap();
    }
}

fn plan(title: &str, tag: &str) -> Plan {
    let asset = AssetRef { name: "whatever".to_owned(), tag: tag.to_owned() };
    Plan { title: title.to_owned(), asset: Some(asset), ..Plan::default() }
}

fn refused_at(said: Result<impl Sized, Error>, path: &str) -> String {
    match said {
        Err(Error::Invalid(errors)) => errors.get(path).unwrap_or_else(|| panic!("{errors}")).to_owned(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("taken"),
    }
}

async fn holds(t: &TestApp) {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

async fn seen(client: &Client, site: &Site, path: &str) -> Answer {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer
}

on_both! {
    async fn a_requester_goes_from_the_label_to_an_order_on_the_assets_page(t: TestApp) {
        let home = owner(&t).await;
        let (boss, boss_browser) = somebody(&t, &home, Role::Supervisor).await;
        let (_, requester) = somebody(&t, &home, Role::Requester).await;
        plant(&t, &boss).await;
        let s = site(&t).await;
        let label = seen(&requester, &s, "/assets/line-02/label").await.body;
        assert!(label.contains("QR code of http://localhost:8080/assets/Line-02"), "{label}");
        let sheet = seen(&requester, &s, "/assets/labels?under=hall-1").await.body;
        assert!(sheet.contains("Line-02") && sheet.contains("hall-1") && !sheet.contains("/assets/plant\""), "{sheet}");
        let page = seen(&requester, &s, "/assets/Line-02").await.body;
        assert!(page.contains("Report a fault") && !page.contains("/assets/Line-02/edit"), "{page}");
        let empty = requester.post(&s, "/assets/Line-02/report", "what=+&priority=high").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = requester.post(&s, "/assets/Line-02/report", "what=It+drips%0Aoil+below+it&priority=high").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert!(done.location().starts_with("/work-orders/WO-"), "{}", done.location());
        let order = seen(&requester, &s, done.location()).await.body;
        assert!(order.contains("It drips") && order.contains("href=\"/assets/Line-02\""));
        for (client, path) in [(&requester, "/assets/Line-02"), (&boss_browser, "/assets/plant?below=1")] {
            let page = seen(client, &s, path).await.body;
            assert!(page.contains("It drips") && page.contains(done.location()), "{path}: {page}");
        }
        assert!(!seen(&boss_browser, &s, "/assets/plant").await.body.contains("It drips"));
        holds(&t).await;
    }

    async fn a_reported_fault_waits_for_approval_and_its_words_stay_words(t: TestApp) {
        let home = owner(&t).await;
        let (boss, _) = somebody(&t, &home, Role::Supervisor).await;
        let (_, requester) = somebody(&t, &home, Role::Requester).await;
        plant(&t, &boss).await;
        let s = site(&t).await;
        let what = "It drips\n\n## Step 7: X\n\n- [ ] y";
        let form = serde_urlencoded::to_string([("what", what), ("priority", "high")]).unwrap();
        let done = requester.post(&s, "/assets/Line-02/report", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let (project, number) = (boss.project, done.location().trim_start_matches("/work-orders/").to_owned());
        let row = t.app.db.read(move |conn| orders::find(conn, project, &number)).await.unwrap().unwrap();
        assert_eq!(row.status(), Status::Submitted);
        let order = crate::harness::orders::load(&t, &boss, &row.order_id).await;
        let again = read::read(&write::write(&order)).unwrap().taken();
        assert_eq!((again.steps, again.items), (1, 2), "{}", write::write(&order));
        assert_eq!((order.steps.len(), order.title.as_str()), (1, "It drips"));
        let picture = crate::field::png();
        let with_photo = [("what", None, b"It smokes".as_slice()), ("priority", None, b"high".as_slice()), ("photo", Some("smoke.png"), picture.as_slice())];
        let (kind, body) = crate::field::form(&with_photo);
        let done = requester.send_body(&s, Method::POST, "/assets/Line-02/report", &kind, body).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let number = done.location().trim_start_matches("/work-orders/").to_owned();
        let row = t.app.db.read(move |conn| orders::find(conn, project, &number)).await.unwrap().unwrap();
        let order = crate::harness::orders::load(&t, &boss, &row.order_id).await;
        let names: Vec<&str> = order.gathered.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!((row.status(), names), (Status::Submitted, vec!["smoke.png"]));
        // What is wrong with the order and with no field of the form is said too.
        create_asset(&t.app, &boss, new("long", &"漢".repeat(200), "")).await.unwrap();
        let long = requester.post(&s, "/assets/long/report", &form).await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(long.body.contains("600 bytes are too many") && long.body.contains("role=\"alert\""), "{}", long.body);
        retire(&t.app, &boss, "line-02", "gone").await.unwrap();
        let page = seen(&requester, &s, "/assets/line-02/report").await.body;
        assert!(page.contains("is retired") && !page.contains("name=\"what\""), "{page}");
        let refused = requester.post(&s, "/assets/line-02/report", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_long_level_is_cut_and_labels_go_on_over_sheets(t: TestApp) {
        let home = owner(&t).await;
        let (_, browser) = somebody(&t, &home, Role::Supervisor).await;
        let s = site(&t).await;
        let lines: String = (0..310).map(|i| format!("c-{i:03},Thing {i}\n")).collect::<Vec<_>>().concat();
        let table = serde_urlencoded::to_string([("table", format!("code,name\n{lines}"))]).unwrap();
        assert_eq!(browser.post(&s, "/assets/import", &table).await.status, StatusCode::SEE_OTHER);
        let list = seen(&browser, &s, "/assets").await.body;
        assert!(list.contains("and 10 more: search") && list.contains("c-299") && !list.contains("c-300"), "{list}");
        let page = seen(&browser, &s, "/assets/c-305").await.body;
        assert!(page.contains("and 9 more: search") && page.contains("aria-current=\"page\""), "{page}");
        let first = seen(&browser, &s, "/assets/labels").await.body;
        assert!(first.contains("c-199") && !first.contains("c-200") && first.contains("from=200"), "{first}");
        let second = seen(&browser, &s, "/assets/labels?from=200").await.body;
        assert!(second.contains("c-309") && !second.contains("c-199") && !second.contains("Next sheet"), "{second}");
    }

    async fn orders_that_a_page_leaves_out_are_said_and_led_to(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        for at in 0..21 {
            let made = create_order(&t.app, &boss, plan(&format!("Past {at:02}"), "line-02"), None).await.unwrap();
            let asked = Move { reason: "not needed".to_owned(), ..Move::to(Status::Cancelled) };
            transition(&t.services.orders, &boss, &made.order_id, asked).await.unwrap();
            t.clock.advance(MINUTE);
        }
        let s = site(&t).await;
        let page = seen(&browser, &s, "/assets/line-02").await.body;
        assert!(page.contains("21 finished") && page.contains("These 20 changed last") && !page.contains("Past 00"), "{page}");
        let all = "/work-orders?asset=Line-02&status=completed,verified,closed,cancelled";
        assert!(page.contains(&all.replace('&', "&amp;")), "{page}");
        assert!(seen(&browser, &s, all).await.body.contains("Past 00"));
        for at in 0..51 {
            create_order(&t.app, &boss, plan("Named elsewhere", &format!("tag-{at:02}")), None).await.unwrap();
        }
        let list = seen(&browser, &s, "/assets").await.body;
        assert!(list.contains("tag-49") && !list.contains("tag-50") && list.contains("1 more come after them"), "{list}");
    }

    async fn nothing_is_put_below_a_retired_asset_and_a_move_says_where_to(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        let s = site(&t).await;
        let unsaid = browser.post(&s, "/assets/line-02/move", "to=plant").await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (project, code) = (boss.project, "line-02");
        let line = t.app.db.read(move |conn| reads::get(conn, project, code)).await.unwrap();
        assert!(line.parent.is_some(), "it stays where it was");
        retire(&t.app, &boss, "hall-1", "gone").await.unwrap();
        let said = refused_at(create_asset(&t.app, &boss, new("x", "Part", "hall-1")).await, "parent");
        assert!(said.starts_with("asset hall-1 is retired"), "{said}");
        create_asset(&t.app, &boss, new("y", "Other", "")).await.unwrap();
        refused_at(relocate(&t.app, &boss, "y", "hall-1".to_owned()).await, "parent");
        let hidden = browser.post(&s, "/assets/y/edit", "name=a%E2%80%AEb&place=x%0Ay&criticality=C").await;
        assert_eq!(hidden.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(hidden.body.contains("id=\"fault-name\"") && hidden.body.contains("id=\"fault-place\""), "{}", hidden.body);
    }

    async fn orders_are_found_by_a_tag_in_any_case_beyond_latin_letters_too(t: TestApp) {
        let home = owner(&t).await;
        let (boss, _) = somebody(&t, &home, Role::Supervisor).await;
        create_order(&t.app, &boss, plan("Named so", "PRESSE-Ä"), None).await.unwrap();
        let (project, tag) = (boss.project, Some("presse-Ä".to_owned()));
        let filter = orders::Filter { asset_tag: tag, ..orders::Filter::default() };
        let found = t.app.db.read(move |conn| orders::list(conn, project, &filter, None, 10)).await.unwrap();
        assert_eq!(found.len(), 1);
    }

    async fn a_page_shows_the_orders_that_its_viewer_may_see(t: TestApp) {
        let home = owner(&t).await;
        let (boss, boss_browser) = somebody(&t, &home, Role::Supervisor).await;
        let (_, technician) = somebody(&t, &home, Role::Technician).await;
        plant(&t, &boss).await;
        create_order(&t.app, &boss, plan("Veiled work", "LINE-02"), None).await.unwrap();
        create_order(&t.app, &boss, plan("Named elsewhere", "press-9"), None).await.unwrap();
        let s = site(&t).await;
        for path in ["/assets/line-02", "/assets/plant?below=1"] {
            assert!(seen(&boss_browser, &s, path).await.body.contains("Veiled work"));
            assert!(!seen(&technician, &s, path).await.body.contains("Veiled work"));
        }
        let tree = seen(&boss_browser, &s, "/assets").await.body;
        assert!(tree.contains("1 open") && tree.contains("press-9") && tree.contains("not in this list"), "{tree}");
        let tree = seen(&technician, &s, "/assets").await.body;
        assert!(!tree.contains("1 open") && !tree.contains("press-9"), "{tree}");
        let refused = technician.post(&s, "/assets/new/named", "tag=press-9").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let made = boss_browser.post(&s, "/assets/new/named", "tag=press-9").await;
        assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/assets/press-9"));
        assert!(seen(&boss_browser, &s, "/assets/press-9").await.body.contains("Named elsewhere"));
        let found = seen(&boss_browser, &s, "/assets?q=filler").await.body;
        assert!(found.contains("hall-1") && !found.contains("press-9"));
        holds(&t).await;
    }

    async fn a_retired_asset_keeps_its_page_and_takes_no_orders(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        let app = &t.app;
        let kept = create_order(app, &boss, plan("Has it already", "line-02"), None).await.unwrap();
        let other = create_order(app, &boss, plan("Has another", "plant"), None).await.unwrap();
        assert!(retire(app, &boss, "line-02", " ").await.is_err());
        retire(app, &boss, "line-02", "it was sold").await.unwrap();
        let said = refused_at(create_order(app, &boss, plan("New", "LINE-02"), None).await, "tag");
        assert!(said.contains("it was sold"), "{said}");
        let head = |title: &str| Edit::Head {
            title: title.to_owned(),
            order_type: String::new(),
            priority: Priority::Low,
            due: None,
            asset: Some(AssetRef { name: String::new(), tag: "Line-02".to_owned() }),
            isolation: false,
        };
        let services = &t.services.orders;
        let edit = async |id: &str, title: &str| edit_plan(services, &boss, id, vec![head(title)], String::new()).await;
        refused_at(edit(&other.order_id, "Has another now").await, "tag");
        assert!(!edit(&kept.order_id, "Has it still").await.unwrap().is_empty());
        let s = site(&t).await;
        let page = seen(&browser, &s, "/assets/line-02").await.body;
        assert!(page.contains("it was sold") && page.contains("Has it still") && !page.contains("Report a fault</a>"), "{page}");
        let form = browser.post(&s, "/work-orders/new", "title=Again&tag=line-02&checklist=x").await;
        assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(form.body.contains("it was sold") && form.body.contains("value=\"Again\""), "{}", form.body);
        take_up(app, &boss, "line-02", "it came back").await.unwrap();
        let made = create_order(app, &boss, plan("New", "LINE-02"), None).await.unwrap();
        let order = crate::harness::orders::load(&t, &boss, &made.order_id).await;
        let asset = order.asset.unwrap();
        assert_eq!((asset.name.as_str(), asset.tag.as_str()), ("Line assistant", "Line-02"), "filled by its code");
        holds(&t).await;
    }

    async fn codes_are_used_once_and_the_tree_has_no_circle(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        refused_at(create_asset(&t.app, &boss, new("LINE-02", "Another", "")).await, "code");
        refused_at(create_asset(&t.app, &boss, new("x", "Orphan", "nowhere")).await, "parent");
        retire(&t.app, &boss, "line-02", "gone").await.unwrap();
        refused_at(create_asset(&t.app, &boss, new("line-02", "Another", "")).await, "code");
        refused_at(relocate(&t.app, &boss, "plant", "Line-02".to_owned()).await, "parent");
        assert!(relocate(&t.app, &boss, "line-02", "plant".to_owned()).await.unwrap());
        assert!(!relocate(&t.app, &boss, "line-02", "PLANT".to_owned()).await.unwrap());
        let s = site(&t).await;
        let edited = browser.post(&s, "/assets/hall-1/edit", "name=Big+hall&criticality=A&place=North").await;
        assert_eq!(edited.status, StatusCode::SEE_OTHER);
        let page = seen(&browser, &s, "/assets/hall-1").await.body;
        assert!(page.contains("Name: Big hall. Before: Filler hall") && page.contains("Criticality: A. Before: C"), "{page}");
        let table = "code,name,parent\nb,B,a\na,A,plant\n";
        let sent = |text: &str| serde_urlencoded::to_string([("table", text)]).unwrap();
        let wrong = browser.post(&s, "/assets/import", &sent(&format!("{table}plant,Twice,\n"))).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Line 4"), "{}", wrong.body);
        assert_eq!(browser.get(&s, "/assets/a").await.status, StatusCode::NOT_FOUND, "all or nothing");
        let faulty = format!("{table}d,,nowhere\ne e,E,b\nb,Twice,\n");
        let told = browser.post(&s, "/assets/import/preview", &sent(&faulty)).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.body);
        let at = |words: &str| told.body.find(words).unwrap_or_else(|| panic!("{words}: {}", told.body));
        assert!(at("Line 4: an asset needs a name") < at("Line 4: there is no asset") && at("nowhere,") < at("Line 5"));
        assert!(at("Line 5: a code is") < at("Line 6: the code b stands in line 2") && told.body.contains("e e,E,b"));
        let (kind, body) = crate::field::form(&[("file", Some("list.csv"), b"code,name,parent,Colour\nb,B,a,red\na,A,plant,\n")]);
        let looked = browser.send_body(&s, Method::POST, "/assets/import/file", &kind, body).await;
        assert!(looked.body.contains("These 2 assets will be made") && looked.body.contains("<b>Colour</b>"), "{}", looked.body);
        assert_eq!(browser.get(&s, "/assets/a").await.status, StatusCode::NOT_FOUND, "looking makes nothing");
        let (kind, body) = crate::field::form(&[("file", Some("list.csv"), b"code,name\nb,\xe4\n")]);
        let latin = browser.send_body(&s, Method::POST, "/assets/import/file", &kind, body).await;
        assert!(latin.body.contains("read as windows-1252") && latin.body.contains(">ä</td>"), "{}", latin.body);
        let wide: Vec<u8> = "\u{feff}code,name\nb,ł\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (kind, body) = crate::field::form(&[("file", Some("list.csv"), &wide)]);
        let wide = browser.send_body(&s, Method::POST, "/assets/import/file", &kind, body).await;
        assert!(wide.body.contains(">ł</td>") && !wide.body.contains("read as"), "{}", wide.body);
        let (kind, body) = crate::field::form(&[("file", Some("list.csv"), b"code,name\nb,\0\n")]);
        let binary = browser.send_body(&s, Method::POST, "/assets/import/file", &kind, body).await;
        assert!(binary.status == StatusCode::UNPROCESSABLE_ENTITY && binary.body.contains("no text"), "{}", binary.body);
        let long: Vec<u8> = format!("\u{feff}code,name\nb,{}\n", "漢".repeat(400_000)).encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, said) in [(&b"\xef\xbb\xbfcode,name\nb,\xe4\n"[..], "begins as UTF-8 and is not all of it"), (&long[..], "in UTF-8 the file has more than 1 MiB")] {
            let (kind, body) = crate::field::form(&[("file", Some("list.csv"), bytes)]);
            let refused = browser.send_body(&s, Method::POST, "/assets/import/file", &kind, body).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
            assert!(refused.body.to_lowercase().contains(&said.to_lowercase()), "{said}: {}", refused.body);
        }
        assert_eq!(browser.post(&s, "/assets/import", &sent(table)).await.status, StatusCode::SEE_OTHER);
        assert!(seen(&browser, &s, "/assets/b").await.body.contains("href=\"/assets/a\""));
        // Sent once more with another line, what is there is passed over; what differs from it is refused.
        let longer = format!("{table}c,C,b\n");
        let looked = browser.post(&s, "/assets/import/preview", &sent(&longer)).await;
        assert!(looked.body.contains("This asset will be made") && looked.body.contains("2 lines are passed over"), "{}", looked.body);
        assert_eq!(browser.post(&s, "/assets/import", &sent(&longer)).await.status, StatusCode::SEE_OTHER);
        let differs = browser.post(&s, "/assets/import/preview", &sent("code,name,parent\nb,B,plant\n")).await;
        assert!(differs.body.contains("a code is never used twice"), "{}", differs.body);
        let nothing = browser.post(&s, "/assets/import/preview", &sent(&longer)).await;
        assert!(nothing.body.contains("Nothing is left to make") && !nothing.body.contains("Make all"), "{}", nothing.body);
        holds(&t).await;
    }

    async fn a_long_list_is_made_in_several_commits(t: TestApp) {
        let home = owner(&t).await;
        let (boss, _) = somebody(&t, &home, Role::Supervisor).await;
        let line = |i: usize| format!("c{i},C {i},{}\n", if i % 10 == 9 { String::new() } else { format!("c{}", i / 10 * 10 + 9) });
        let table = format!("code,name,parent\n{}", (0..620).map(line).collect::<String>());
        let head = async || t.app.db.read(|conn| Ok(tracewright::ledger::events::read_from(conn, 0, 10_000)?.len())).await.unwrap();
        let before = head().await;
        assert_eq!(import(&t.app, &boss, &table).await.unwrap(), 620);
        assert_eq!(head().await - before, 620);
        assert_eq!(import(&t.app, &boss, &table).await.unwrap(), 0, "all of it is there");
        holds(&t).await;
    }

    async fn two_who_write_one_asset_keep_both_and_hear_of_it_where_they_meet(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        let s = site(&t).await;
        let form = seen(&browser, &s, "/assets/hall-1/edit").await.body;
        let was = form.split("name=\"was\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let was = was.replace("&quot;", "\"").replace("&#34;", "\"");
        let save = async |name: &str, place: &str, was: &str| {
            let fields = [("name", name), ("place", place), ("criticality", "C"), ("was", was)];
            browser.post(&s, "/assets/hall-1/edit", &serde_urlencoded::to_string(fields).unwrap()).await
        };
        assert_eq!(save("Filler hall", "North", &was).await.status, StatusCode::SEE_OTHER);
        // The second one saw neither: the name is theirs, the place stays the first one's.
        assert_eq!(save("Big hall", "", &was).await.status, StatusCode::SEE_OTHER);
        let page = seen(&browser, &s, "/assets/hall-1").await.body;
        assert!(page.contains("Big hall") && page.contains("North"), "{page}");
        let met = save("Bigger hall", "South", &was).await;
        assert_eq!(met.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(met.body.contains("“Big hall”") && met.body.contains("“North”") && met.body.contains("South"), "{}", met.body);
        // Beside another fault they hear of it too: the next press would write over the other's place.
        let fields = [("name", "Filler hall"), ("place", "South"), ("criticality", "Z"), ("was", was.as_str())];
        let wrong = browser.post(&s, "/assets/hall-1/edit", &serde_urlencoded::to_string(fields).unwrap()).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("expected A, B or C") || wrong.body.contains("Expected A, B or C"), "{}", wrong.body);
        assert!(wrong.body.contains("“North”") && wrong.body.contains("South"), "{}", wrong.body);
        holds(&t).await;
    }

    async fn readings_are_kept_as_written_and_withdrawn_with_a_reason(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        let (_, dana) = somebody(&t, &home, Role::Technician).await;
        let (_, viewer) = somebody(&t, &home, Role::Viewer).await;
        plant(&t, &boss).await;
        let s = site(&t).await;
        let added = browser.post(&s, "/assets/line-02/meters", "name=Hours&unit=h&kind=counter&low=&high=100").await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let meter = added.location().to_owned();
        let read = async |value: &str| dana.post(&s, &format!("{meter}/read"), value).await;
        assert_eq!(read("value=90,50").await.status, StatusCode::SEE_OTHER);
        t.clock.advance(MINUTE);
        let asked = read("value=12").await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.body.contains("below the last reading (90.50)") && asked.body.contains("name=\"reason\""), "{}", asked.body);
        assert!(asked.body.contains("id=\"fault-value\"") && !asked.body.contains("name=\"keep\""), "{}", asked.body);
        assert_eq!(read("value=12&reason=+").await.status, StatusCode::UNPROCESSABLE_ENTITY, "no reason");
        assert_eq!(read("value=12&reason=new+counter").await.status, StatusCode::SEE_OTHER);
        for typed in ["1%2C204", "1.204"] {
            let asked = read(&format!("value={typed}")).await;
            assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(asked.body.contains("can be 1204 or 1.204: write 1204 or 1.2040"), "{}", asked.body);
        }
        t.clock.advance(MINUTE);
        assert_eq!(read("value=100.5").await.status, StatusCode::SEE_OTHER);
        let page = seen(&dana, &s, "/assets/line-02").await.body;
        assert!(page.contains("0.5 h above the limit") && page.contains("/report?what="), "{page}");
        assert!(page.contains("class=\"limit\"") && page.contains("<polyline"), "{page}");
        let list = seen(&dana, &s, &meter).await.body;
        let reading = list.split("name=\"reading\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let gone = dana.post(&s, &format!("{meter}/withdraw"), &format!("reading={reading}&reason=a+digit+too+many")).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        let page = seen(&dana, &s, "/assets/line-02").await.body;
        assert!(page.contains("<b>12</b>") && page.contains("a digit too many") && !page.contains("/report?what="), "{page}");
        assert_eq!(viewer.post(&s, &format!("{meter}/read"), "value=1").await.status, StatusCode::FORBIDDEN);
        assert_eq!(dana.post(&s, "/assets/line-02/meters", "name=More").await.status, StatusCode::FORBIDDEN);
        let project = boss.project;
        let kept = move |conn: &mut _| {
            let asset = reads::get(conn, project, "line-02")?;
            let meter = reads::meters(conn, project, &asset.asset_id)?.remove(0);
            reads::last(conn, project, &asset.asset_id, &meter.meter_id)
        };
        let last = t.app.db.read(kept).await.unwrap().unwrap();
        assert_eq!((last.value.as_str(), last.millionths), ("12", 12_000_000));
        // What was read in hours stays hours when the meter counts minutes.
        let changed = browser.post(&s, &format!("{meter}/change"), "name=Hours&unit=min&kind=counter&low=&high=").await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        t.clock.advance(MINUTE);
        let list = seen(&dana, &s, &meter).await.body;
        assert!(list.contains("<b>90.50 h</b>") && !list.contains("90.50 min") && list.contains("<b>12</b> h</p>"), "{list}");
        assert!(seen(&dana, &s, "/assets/line-02").await.body.contains("<b>12</b> h</p>"));
        assert_eq!(read("value=720").await.status, StatusCode::SEE_OTHER);
        let list = seen(&dana, &s, &meter).await.body;
        assert!(list.contains("<b>720 min</b>") && list.contains("<b>12 h</b>"), "{list}");
        // Whoever saw the meter before that renames it, and takes nothing back; two names are told.
        let rename = async |name: &str| {
            let was = r#"{"name":"Hours","unit":"h","kind":"counter","low":"","high":"100"}"#;
            let fields = [("name", name), ("unit", "h"), ("kind", "counter"), ("low", ""), ("high", "100"), ("was", was)];
            browser.post(&s, &format!("{meter}/change"), &serde_urlencoded::to_string(fields).unwrap()).await
        };
        assert_eq!(rename("Running").await.status, StatusCode::SEE_OTHER);
        let page = seen(&browser, &s, &meter).await.body;
        assert!(page.contains("<h1>Running</h1>") && page.contains("value=\"min\"") && !page.contains("value=\"100\""), "{page}");
        let met = rename("Turning").await;
        assert!(met.status == StatusCode::UNPROCESSABLE_ENTITY && met.body.contains("“Running”") && met.body.contains("Turning"), "{}", met.body);
        holds(&t).await;
    }

    async fn a_meter_says_where_it_was_read_more_often_than_is_listed(t: TestApp) {
        let home = owner(&t).await;
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        plant(&t, &boss).await;
        let facts = MeterFacts { name: "Hours".to_owned(), kind: MeterKind::Counter, ..MeterFacts::default() };
        let meter = add_meter(&t.app, &boss, "line-02", facts).await.unwrap();
        for at in 0..501 {
            let reading = Reading { value: at.to_string(), reason: String::new() };
            read_meter(&t.app, &boss, "line-02", &meter, reading).await.unwrap();
        }
        let s = site(&t).await;
        let page = seen(&browser, &s, &format!("/assets/line-02/meters/{meter}")).await.body;
        assert!(page.contains("The newest 500 are listed and drawn") && page.contains("history=all#history"), "{page}");
    }

    async fn another_projects_asset_is_not_found(t: TestApp) {
        let home = owner(&t).await;
        let operator = Asker::operator(ProjectKey(0));
        let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
        let south = t.people.create_project(&operator, id, name).await.unwrap().key;
        create_asset(&t.app, &Asker::operator(south), new("mill-7", "Mill", "")).await.unwrap();
        let (boss, browser) = somebody(&t, &home, Role::Supervisor).await;
        let s = site(&t).await;
        for path in ["", "/edit", "/label", "/report", "/meters"] {
            let answer = browser.get(&s, &format!("/assets/mill-7{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        for (path, form) in [("retire", "reason=gone"), ("report", "what=x&priority=low"), ("move", "parent=")] {
            let answer = browser.post(&s, &format!("/assets/mill-7/{path}"), form).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!seen(&browser, &s, "/assets").await.body.contains("mill-7"));
        // The same code is free here.
        create_asset(&t.app, &boss, new("mill-7", "Our own", "")).await.unwrap();
        assert!(seen(&browser, &s, "/assets/MILL-7").await.body.contains("Our own"));
    }
}
