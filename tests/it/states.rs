//! Kept states of earlier versions (tests/fixtures/states): each opens, migrates, verifies and scores as it did.
//!
//! Only the program is used, as its users do, so that nothing inside can be moved in a way that hides a difference. What an
//! exported text says is read by today's reader from both, the kept text and today's.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection};
use flate2::read::GzDecoder;
use tracewright::work_orders::model::Kind;
use tracewright::work_orders::read::read;

use crate::harness::{Backend, Folder, TestDatabase};

/// The state on one database: a folder of what was stored and of what its own version said about it.
struct Kept {
    folder: PathBuf,
    backend: Backend,
}

/// A kept state laid out to be worked on; what is made of it goes away with the test.
struct Installation {
    data: PathBuf,
    database: TestDatabase,
    folder: Folder,
}

#[test]
fn every_kept_state_is_opened_on_sqlite() {
    check_all(Backend::Sqlite, "sqlite");
}

#[test]
fn every_kept_state_is_opened_on_postgres() {
    check_all(Backend::Postgres, "postgres");
}

/// The first state whose own version counted as today's does: its upgrade counts nothing anew.
const COUNTED_SO: &str = "2026-12-01";

/// Rows that were counted by another rule than today's are counted anew by the upgrade, and are no difference afterwards.
#[test]
fn what_was_counted_otherwise_is_counted_anew_on_sqlite() {
    each_kept(Backend::Sqlite, "sqlite", Kept::check_counting);
}

#[test]
fn what_was_counted_otherwise_is_counted_anew_on_postgres() {
    each_kept(Backend::Postgres, "postgres", Kept::check_counting);
}

fn check_all(backend: Backend, name: &str) {
    each_kept(backend, name, Kept::check);
}

fn each_kept(backend: Backend, name: &str, check: fn(&Kept, &Installation)) {
    let states = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/states");
    let folders: Vec<PathBuf> =
        entries(&states).into_iter().map(|state| state.join(name)).filter(|side| side.is_dir()).collect();
    assert!(!folders.is_empty(), "no state is kept for {name} in {}", states.display());
    for folder in folders {
        println!("{}", folder.display());
        let kept = Kept { folder, backend };
        if let Some(installation) = kept.lay_out() {
            check(&kept, &installation);
        }
    }
}

impl Kept {
    fn lay_out(&self) -> Option<Installation> {
        let folder = Folder::new();
        let data = folder.path().join("data");
        let database = TestDatabase::empty(self.backend, &data)?;
        unpack(&self.folder.join("data"), &data);
        if self.backend == Backend::Postgres {
            let dump = String::from_utf8(unpacked(&self.folder.join("database.sql.gz"))).unwrap();
            PgConnection::establish(database.url()).unwrap().batch_execute(&dump).unwrap();
        }
        Some(Installation { data, database, folder })
    }

    fn check(&self, installation: &Installation) {
        installation.says(&["migrate"]);
        self.check_record(installation);
        installation.says(&["rebuild", "--check"]);
        installation.says(&["rebuild"]);
        self.check_record(installation);
        // Last, since a bundle that is handed out is an event.
        self.check_bundles(installation);
    }

    fn check_counting(&self, installation: &Installation) {
        let day = self.folder.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        if *day >= *COUNTED_SO {
            return;
        }
        installation.counts_otherwise();
        installation.says(&["migrate"]);
        installation.says(&["rebuild", "--check"]);
        // The same without an upgrade is named.
        installation.counts_otherwise();
        let named = installation.refuses(&["rebuild", "--check"]);
        assert!(
            named.contains("traces (") && named.contains("counted") && named.contains("orders ("),
            "{}: {named}",
            self.folder.display()
        );
    }

    fn check_record(&self, installation: &Installation) {
        says_still(&installation.says(&["verify", "ledger"]), &self.text("verify-ledger.txt"), "the ledger");
        self.check_orders(installation);
    }

    /// The score of every order, byte for byte, and its text: how Markdown is written changes, what it says does not.
    fn check_orders(&self, installation: &Installation) {
        let numbers = self.named(".md");
        assert!(!numbers.is_empty(), "no exported order in {}", self.folder.display());
        for number in numbers {
            assert_eq!(
                installation.says(&["score", &number, "--json"]),
                self.text(&format!("{number}.score.json")),
                "score of {number}"
            );
            let text = installation.says(&["export", &number]);
            assert!(!text.contains("<!-- tw "), "text of {number} is for people: {text}");
            assert_eq!(
                said(&text),
                said(&for_people(&self.text(&format!("{number}.md")))),
                "text of {number}"
            );
        }
    }

    /// The bundle handed out then still verifies without the data; one made now says the same of its order.
    fn check_bundles(&self, installation: &Installation) {
        let fingerprint = self.text("fingerprint.txt");
        let numbers = self.named(".zip");
        assert!(!numbers.is_empty(), "no bundle in {}", self.folder.display());
        for number in numbers {
            let words = self.text(&format!("{number}.verified.txt"));
            let verified = |file: &Path| {
                let file = file.to_string_lossy();
                installation.says(&["verify", "bundle", &file, "--fingerprint", fingerprint.trim()])
            };
            let kept = verified(&self.folder.join(format!("{number}.zip")));
            says_still(&kept, &words, &format!("kept bundle of {number}"));
            let again = installation.folder.path().join("again.zip");
            installation.says(&["bundle", &number, "-o", &again.to_string_lossy()]);
            assert_eq!(lasting(&verified(&again)), lasting(&words), "new bundle of {number}");
        }
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// The numbers of the orders of which a file with this ending is kept.
    fn named(&self, ending: &str) -> Vec<String> {
        let names = entries(&self.folder).into_iter().map(|path| file_name(&path));
        names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
    }
}

impl Installation {
    /// What a subcommand prints; it must succeed.
    fn says(&self, arguments: &[&str]) -> String {
        let (is_good, said) = self.run(arguments);
        assert!(is_good, "{arguments:?} failed:\n{said}");
        said
    }

    /// What a subcommand prints that must fail.
    fn refuses(&self, arguments: &[&str]) -> String {
        let (is_good, said) = self.run(arguments);
        assert!(!is_good, "{arguments:?} did not fail:\n{said}");
        said
    }

    /// As if another rule had left all calls out of the sums of traces that hold more than one observation, and had taken what
    /// a file claims for done.
    fn counts_otherwise(&self) {
        let sum = |columns: &str| {
            format!(
                "COALESCE((SELECT SUM({columns}) FROM observations o WHERE o.project = traces.project
                 AND o.trace_id = traces.trace_id AND o.kind = 'GENERATION' AND o.counted), 0)"
            )
        };
        let (input, output) =
            (sum("o.uncached_input + o.cached_read + o.cache_write"), sum("o.output_tokens + o.reasoning"));
        let cost = sum("COALESCE(o.cost_nanos, 0)");
        let of_traces = format!(
            "UPDATE traces SET input_tokens = input_tokens - {input}, output_tokens = output_tokens - {output},
             total_tokens = total_tokens - {input} - {output}, cost_nanos = cost_nanos - {cost}
             WHERE observation_count > 1"
        );
        let of_calls = "UPDATE observations SET counted = FALSE WHERE kind = 'GENERATION' AND counted AND EXISTS
             (SELECT 1 FROM traces t WHERE t.project = observations.project AND t.trace_id = observations.trace_id
              AND t.observation_count > 1)";
        // Nor were items and steps of orders counted by today's rule.
        let of_orders = "UPDATE orders SET items_done = items_done + 1, steps_done = steps_done + 1";
        let url = self.database.url();
        let changed = if let Some(file) = url.strip_prefix("sqlite:") {
            let mut conn = SqliteConnection::establish(file).unwrap();
            diesel::sql_query(of_traces).execute(&mut conn).unwrap();
            diesel::sql_query(of_orders).execute(&mut conn).unwrap();
            diesel::sql_query(of_calls).execute(&mut conn).unwrap()
        } else {
            let mut conn = PgConnection::establish(url).unwrap();
            diesel::sql_query(of_traces).execute(&mut conn).unwrap();
            diesel::sql_query(of_orders).execute(&mut conn).unwrap();
            diesel::sql_query(of_calls).execute(&mut conn).unwrap()
        };
        assert!(changed > 0, "no trace of the kept state holds a call and something else");
    }

    /// Whether a subcommand succeeded, and what it printed: its complaints only when it did not.
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let run = Command::new(env!("CARGO_BIN_EXE_tracewright"))
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .args(["--database-url", self.database.url()])
            .current_dir(self.folder.path())
            .env_clear()
            .output()
            .unwrap();
        let (said, complained) =
            (String::from_utf8(run.stdout).unwrap(), String::from_utf8_lossy(&run.stderr));
        let is_good = run.status.success();
        (is_good, if is_good { said } else { format!("{said}{complained}") })
    }
}

/// A kept text without the comments that earlier versions wrote for themselves.
fn for_people(text: &str) -> String {
    let mut pieces = text.split("<!-- tw ");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let behind = piece.split_once(" -->").map_or("", |(_, behind)| behind);
        format!("{}{behind}", text.trim_end_matches(' '))
    })
}

/// What the text of an order says, part by part and in order, whatever its form.
fn said(text: &str) -> Vec<String> {
    let order = read(text).unwrap().into_order(&mut ids()).unwrap();
    let mut said = vec![
        format!("{} {} {:?} {}", order.number, order.order_type, order.priority, order.status.shown()),
        format!("title {}", order.title),
        format!("created {} due {:?}", order.created.raw, order.due.map(|due| due.raw)),
        format!("assignee {:?} asset {:?}", order.assignee.map(|it| (it.name, it.code)), order.asset),
    ];
    for step in &order.steps {
        said.push(format!("step {} {:?}", step.title, step.state));
        said.extend(step.items.iter().map(|item| format!("item {} {}", item.text, item.ticks.is_ticked())));
    }
    said.extend(order.criteria.iter().map(|it| format!("criterion {} {}", it.text, it.ticks.is_ticked())));
    said.extend(order.safety.notes.iter().map(|note| format!("safety {}", note.text)));
    // That an agent wrote a line was not said of old.
    let author =
        |author: &Option<String>| author.as_deref().map(|it| it.trim_end_matches(" (agent)").to_owned());
    said.extend(
        order
            .log
            .iter()
            .map(|it| format!("log {} {} {:?} {:?}", it.when.raw, it.title, it.lines, author(&it.author))),
    );
    // Goals stood in the description once.
    let rest = order.document.iter().filter(|block| {
        matches!(block.kind, Kind::Goal | Kind::Part | Kind::Point | Kind::Text | Kind::Code | Kind::Warning)
    });
    let words = rest.flat_map(|block| block.text.split_whitespace()).filter(|word| *word != "---");
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort();
    said.push(words.join(" "));
    said
}

fn ids() -> impl FnMut() -> String {
    let mut next = 0;
    move || {
        next += 1;
        next.to_string()
    }
}

/// Every line that was said then is said now, in the same order. More may be said.
fn says_still(now: &str, then: &str, what: &str) {
    let mut lines = now.lines();
    for line in then.lines() {
        assert!(lines.any(|it| it == line), "{what}: {line:?} is not said any more:\n{now}");
    }
}

/// What a later bundle of the same order must say too: the log it stands in and the score. More may be put in.
fn lasting(verified: &str) -> Vec<&str> {
    let names = ["log", "score"];
    verified.lines().filter(|line| names.iter().any(|name| line.starts_with(name))).collect()
}

fn unpack(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in entries(from) {
        let name = file_name(&path);
        if path.is_dir() {
            unpack(&path, &to.join(name));
        } else {
            fs::write(to.join(name.strip_suffix(".gz").unwrap()), unpacked(&path)).unwrap();
        }
    }
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    GzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut content).unwrap();
    content
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
