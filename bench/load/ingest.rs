//! `load ingest`: as fast as the server takes it, or at a set rate whatever the server does (open loop).

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use ureq::Agent;

use super::check::{self, Expected};
use super::encode::{Format, Plan, Request};
use super::server::{Person, Target, agent};
use super::traces::{SPANS, trace_id};
use super::{process, report, tick};

/// Spans made before the clock starts; more come in further parts, the clock standing still between them.
const PART: u64 = 40_960;
/// No run sends more.
const MOST: u64 = 4_000_000;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// How many spans.
    #[arg(long, default_value_t = 81_920)]
    spans: u64,
    /// Spans in a request.
    #[arg(long, default_value_t = 512)]
    batch: usize,
    /// Requests under way at once.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Spans a second, sent on time even when answers are late; without it the next request follows the answer.
    #[arg(long)]
    rate: Option<f64>,
    #[arg(long, value_enum, default_value = "otlp")]
    format: Format,
    #[arg(long)]
    gzip: bool,
    /// Another seed makes other traces.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When the first trace starts, UTC seconds; now when left out.
    #[arg(long)]
    base: Option<u64>,
    /// Spread the traces over so many days, the last of them now or at the base, and have each say whose it is.
    #[arg(long)]
    fleet_days: Option<u64>,
    /// The server's process, for CPU and memory.
    #[arg(long)]
    server_pid: Option<u32>,
    /// Another process whose CPU counts, with its descendants: PostgreSQL's first one.
    #[arg(long)]
    database_pid: Option<u32>,
    /// After each acknowledgement of so many, ask at once for one of its traces; 0 asks never.
    #[arg(long, default_value_t = 20)]
    probe_every: usize,
    /// Read everything back afterwards and compare.
    #[arg(long)]
    check: bool,
    /// Tick items of this order meanwhile.
    #[arg(long)]
    tick_order: Option<String>,
    #[arg(long, default_value = "")]
    email: String,
    #[arg(long, default_value = "", env = "LOAD_PASSWORD")]
    password: String,
}

#[derive(Default)]
struct Seen {
    answers: Vec<Duration>,
    /// From the acknowledgement to the first answer that held the trace.
    readable: Vec<Duration>,
    acknowledged: u64,
}

struct Run<'a> {
    options: &'a Options,
    plan: Plan,
    login: String,
    seen: Mutex<Seen>,
    busy: AtomicUsize,
}

/// Runs; false when something acknowledged was not there.
pub fn run(options: &Options) -> bool {
    let spans = options.spans.min(MOST);
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let base_ns = options.base.unwrap_or(now) * 1_000_000_000;
    let span_ns = options.fleet_days.map(|days| days * 86_400_000_000_000);
    let plan = Plan {
        seed: options.seed,
        base_ns: base_ns.saturating_sub(span_ns.unwrap_or_default()),
        batch: options.batch,
        format: options.format,
        gzip: options.gzip,
        step_ns: span_ns.map_or(1_000_000, |all| all / (spans / SPANS as u64).max(1)),
        is_fleet: span_ns.is_some(),
    };
    let run = Run {
        options,
        plan,
        login: options.target.login(),
        seen: Mutex::default(),
        busy: AtomicUsize::new(0),
    };
    let requests = spans.div_ceil(plan.traces_per_request() * SPANS as u64);
    let (elapsed, cpu, ticks) = run.with_ticks(|| run.send_all(requests));
    run.tell(elapsed, cpu, ticks);
    let traces = requests * plan.traces_per_request();
    let Plan { seed, base_ns, step_ns, .. } = plan;
    let expected = Expected { seed, base_ns, step_ns, traces };
    !options.check || check::compare(&options.target, &expected)
}

impl Run<'_> {
    fn with_ticks(&self, work: impl FnOnce() -> (Duration, f64)) -> (Duration, f64, Vec<Duration>) {
        let Some(order) = &self.options.tick_order else {
            let (elapsed, cpu) = work();
            return (elapsed, cpu, Vec::new());
        };
        let person = Person::sign_in(&self.options.target.url, &self.options.email, &self.options.password);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let ticks = scope.spawn(|| tick::keep_ticking(&person, order, &stop));
            let (elapsed, cpu) = work();
            stop.store(true, Ordering::Relaxed);
            (elapsed, cpu, ticks.join().unwrap())
        })
    }

    fn send_all(&self, requests: u64) -> (Duration, f64) {
        let per_part = (PART / (self.plan.traces_per_request() * SPANS as u64)).max(1);
        let (mut elapsed, mut cpu, mut from) = (Duration::ZERO, 0.0, 0);
        while from < requests {
            let to = (from + per_part).min(requests);
            let made: Vec<Request> = (from..to).map(|number| self.plan.request(number)).collect();
            let (began, cpu_before) = (Instant::now(), self.cpu());
            self.send_part(&made, began);
            elapsed += began.elapsed();
            cpu += self.cpu() - cpu_before;
            from = to;
        }
        (elapsed, cpu)
    }

    fn send_part(&self, made: &[Request], began: Instant) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.options.connections {
                scope.spawn(|| self.send_some(made, &next, began));
            }
        });
    }

    fn send_some(&self, made: &[Request], next: &AtomicUsize, began: Instant) {
        let agent = agent();
        loop {
            let place = next.fetch_add(1, Ordering::SeqCst);
            let Some(request) = made.get(place) else { break };
            let due = match self.options.rate {
                Some(rate) => {
                    began + Duration::from_secs_f64(place as f64 * self.options.batch as f64 / rate)
                }
                None => Instant::now(),
            };
            sleep(due.saturating_duration_since(Instant::now()));
            self.deliver(&agent, request);
            let answered = due.elapsed();
            let probe = self.options.probe_every > 0 && place.is_multiple_of(self.options.probe_every);
            let readable = probe.then(|| self.until_readable(&agent, request));
            let mut seen = self.seen.lock().unwrap();
            seen.answers.push(answered);
            seen.readable.extend(readable);
            seen.acknowledged += (request.traces.end - request.traces.start) * SPANS as u64;
        }
    }

    /// Sends until it is acknowledged, as an exporter would.
    fn deliver(&self, agent: &Agent, request: &Request) {
        let plan = &self.plan;
        loop {
            let mut post = agent
                .post(format!("{}{}", self.options.target.url, plan.format.path()))
                .header("authorization", &self.login)
                .header("content-type", plan.format.content_type());
            if plan.gzip {
                post = post.header("content-encoding", "gzip");
            }
            let answer = post.send(request.body.as_slice());
            match answer.map_or(0, |answer| answer.status().as_u16()) {
                200 | 207 => return,
                429 | 503 => self.busy.fetch_add(1, Ordering::SeqCst),
                other => panic!("a valid request was answered {other}"),
            };
            sleep(Duration::from_millis(50));
        }
    }

    fn until_readable(&self, agent: &Agent, request: &Request) -> Duration {
        let began = Instant::now();
        let path = format!("/api/public/traces/{}", trace_id(self.plan.seed, request.traces.end - 1));
        let whole =
            |trace: serde_json::Value| trace["observations"].as_array().is_some_and(|all| all.len() == SPANS);
        while !self.options.target.read(agent, &path).is_some_and(whole) {
            assert!(began.elapsed() < Duration::from_secs(30), "{path} was acknowledged and cannot be read");
        }
        began.elapsed()
    }

    fn cpu(&self) -> f64 {
        let pids: Vec<u32> =
            [self.options.server_pid, self.options.database_pid].into_iter().flatten().collect();
        process::cpu_seconds(&pids)
    }

    fn tell(&self, elapsed: Duration, cpu: f64, mut ticks: Vec<Duration>) {
        let mut seen = self.seen.lock().unwrap();
        let spans = seen.acknowledged as f64;
        let rate = spans / elapsed.as_secs_f64();
        println!("acknowledged {spans:.0} spans in {:.2} s: {rate:.0} spans/s", elapsed.as_secs_f64());
        println!("answered 429 or 503 and sent again: {}", self.busy.load(Ordering::SeqCst));
        report::times("answers", &mut seen.answers);
        report::times("acknowledged until read back", &mut seen.readable);
        report::figure("spans_per_s", rate);
        report::figure("answer_p50_ms", report::percentile(&mut seen.answers, 50));
        report::figure("answer_p99_ms", report::percentile(&mut seen.answers, 99));
        report::figure("readable_p99_ms", report::percentile(&mut seen.readable, 99));
        if let Some(pid) = self.options.server_pid {
            println!(
                "CPU {cpu:.2} s, {:.2} s per 10,000 spans; peak memory {:.0} MB",
                cpu / spans * 1e4,
                process::peak_memory_mb(pid)
            );
            report::figure("cpu_s_per_10k", cpu / spans * 1e4);
            report::figure("peak_memory_mb", process::peak_memory_mb(pid));
        }
        if !ticks.is_empty() {
            report::times("ticks meanwhile", &mut ticks);
            report::figure("tick_p95_ms", report::percentile(&mut ticks, 95));
        }
    }
}
