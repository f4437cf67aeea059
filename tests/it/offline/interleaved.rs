//! Whatever two devices keep, in whatever order it comes, however often an answer is lost or the server starts anew: every entry is
//! recorded exactly once, or shown to its owner as a conflict or a refusal. Nothing twice, nothing gone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tracewright::app::Services;
use tracewright::offline::reads::undecided;

use super::*;
use crate::harness::on_both;

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A phone: whose it is, what the page it shows says of each part, and what it keeps.
struct Device {
    who: Asker,
    page: BTreeMap<String, String>,
    /// The last entry of this device about a part since its page was loaded.
    last: BTreeMap<String, String>,
    queue: VecDeque<Entry>,
}

impl Device {
    fn of(who: &Asker) -> Self {
        Self { who: who.clone(), page: BTreeMap::new(), last: BTreeMap::new(), queue: VecDeque::new() }
    }

    async fn load_page(&mut self, t: &TestApp, order: &str, parts: &[Target]) {
        for part in parts {
            self.page.insert(part.to_string(), standing(t, &self.who, order, part).await);
        }
        self.last.clear();
    }

    fn keep(&mut self, t: &TestApp, order: &str, parts: &[Target], dice: &mut Dice) {
        let part = parts[usize::try_from(dice.roll(parts.len() as u64)).unwrap()].clone();
        let (choice, words) = (dice.roll(8), format!("note {}", dice.roll(1_000_000)));
        let what = match choice {
            0 => What::Comment { text: words },
            1 => What::Log { title: words, lines: vec!["one line".to_owned()] },
            2 | 3 => What::Undo { target: part.clone() },
            _ if part == parts[1] => {
                What::Answer { item: item(&part), given: (3 + dice.roll(3)).to_string(), note: String::new() }
            }
            _ => What::Tick { target: part.clone() },
        };
        let seen = match (what.target(), self.last.get(&part.to_string())) {
            (None, _) => Seen::default(),
            (_, Some(before)) => Seen { standing: None, after: Some(before.clone()) },
            (_, None) => saw(&self.page[&part.to_string()]),
        };
        let made = entry(t, &self.who, order, what, seen);
        if made.what.target().is_some() {
            self.last.insert(part.to_string(), made.id.clone());
        }
        self.queue.push_back(made);
    }
}

struct Run {
    services: Services,
    made: BTreeMap<String, (Asker, Entry)>,
    answers: BTreeMap<String, Answered>,
}

impl Run {
    /// Sends the first of a queue; a lost answer leaves it there. The same entry never gets two answers.
    async fn send(&mut self, device: &mut Device, is_lost: bool, is_twice: bool) {
        let Some(first) = device.queue.front().cloned() else { return };
        self.made.insert(first.id.clone(), (device.who.clone(), first.clone()));
        let answer = if is_twice {
            let (one, two) = futures_util::join!(
                send_to(&self.services.orders, &device.who, &first),
                send_to(&self.services.orders, &device.who, &first)
            );
            assert_eq!(one.as_ref().unwrap(), two.as_ref().unwrap());
            one.unwrap()
        } else {
            send_to(&self.services.orders, &device.who, &first).await.unwrap()
        };
        let known = self.answers.entry(first.id.clone()).or_insert_with(|| answer.clone());
        assert_eq!(*known, answer, "{first:?}");
        if !is_lost {
            device.queue.pop_front();
        }
    }
}

async fn play(t: &TestApp, f: &Field, seed: u64) {
    let mut dice = Dice(seed * 2_654_435_761 + 1);
    let is_one_person = seed.is_multiple_of(2);
    let parts = [
        at(t, &f.dana, &f.order, "1.1").await,
        at(t, &f.dana, &f.order, "1.2").await,
        at(t, &f.dana, &f.order, "1.3").await,
    ];
    let mut devices = [Device::of(&f.dana), Device::of(if is_one_person { &f.dana } else { &f.sam })];
    for device in &mut devices {
        device.load_page(t, &f.order, &parts).await;
    }
    let before = history(t, &f.dana, &f.order).await.len();
    let mut run = Run { services: t.services.clone(), made: BTreeMap::new(), answers: BTreeMap::new() };
    for _ in 0..40 {
        t.clock.advance(1_000_000);
        let device = &mut devices[usize::try_from(dice.roll(2)).unwrap()];
        match dice.roll(10) {
            0..=4 => device.keep(t, &f.order, &parts, &mut dice),
            5..=7 => run.send(device, dice.roll(3) == 0, dice.roll(4) == 0).await,
            8 if device.queue.is_empty() => device.load_page(t, &f.order, &parts).await,
            8 => {}
            // The server goes down and comes up again; nothing that it held in memory is there.
            _ => run.services = t.other_process(),
        }
    }
    for device in &mut devices {
        while !device.queue.is_empty() {
            run.send(device, dice.roll(4) == 0, false).await;
        }
    }
    held_together(t, f, &run, before, seed).await;
    decided(t, f, &run, &mut dice, seed).await;
}

/// Each entry is in the record once, or its owner sees it.
async fn held_together(t: &TestApp, f: &Field, run: &Run, before: usize, seed: u64) {
    let log = history(t, &f.dana, &f.order).await;
    for (id, (_, entry)) in &run.made {
        let (answer, events) = (&run.answers[id], events_of(&log, id));
        let expected = usize::from(answer.outcome == Outcome::Applied && !answer.was_there);
        assert_eq!(
            events.len(),
            expected,
            "seed {seed}: {entry:?} was answered {answer:?} and is {events:?}"
        );
    }
    let made: BTreeSet<&str> = run.made.keys().map(String::as_str).collect();
    for event in &log[before..] {
        let queued = Queued::of(&event.data()).unwrap();
        assert!(made.contains(queued.entry.as_str()), "seed {seed}: {event:?} comes from no entry");
    }
    let open: BTreeSet<String> = waiting(t, f).await.into_iter().collect();
    let unrecorded = run.answers.values().filter(|answer| answer.outcome != Outcome::Applied);
    assert_eq!(open, unrecorded.map(|answer| answer.entry.clone()).collect(), "seed {seed}");
    assert!(
        run.answers.values().any(|answer| answer.outcome == Outcome::Applied),
        "seed {seed}: nothing went in"
    );
}

/// Whatever is decided, nothing is left over and everything stands in the history.
async fn decided(t: &TestApp, f: &Field, run: &Run, dice: &mut Dice, seed: u64) {
    let orders = &t.services.orders;
    for id in waiting(t, f).await {
        let who = &run.made[&id].0;
        let mine = dice.roll(2) == 0
            && actions::keep(orders, who, id.clone(), "seen with my own eyes".to_owned()).await.is_ok();
        if !mine {
            actions::set_aside(orders, who, id.clone()).await.unwrap();
        }
        let log = history(t, &f.dana, &f.order).await;
        assert!(
            !events_of(&log, &id).is_empty(),
            "seed {seed}: what was decided about {id} is in no history"
        );
    }
    assert!(waiting(t, f).await.is_empty());
}

async fn waiting(t: &TestApp, f: &Field) -> Vec<String> {
    let mut all = Vec::new();
    for who in [&f.dana, &f.sam] {
        let (orders, who) = (t.services.orders.clone(), who.clone());
        let rows = t.app.db.read(move |conn| undecided(conn, &orders, &who)).await.unwrap();
        all.extend(rows.iter().map(|kept| kept.row.entry().unwrap().id));
    }
    all
}

on_both! {
    async fn every_entry_is_recorded_once_or_shown_whatever_happens_on_the_way(t: TestApp) {
        let f = field(&t).await;
        // Whoever takes part has read the notes.
        tracewright::work_orders::actions::acknowledge::acknowledge(&t.services.orders, &f.sam, &f.order, 1).await.unwrap();
        for seed in 1..=10 {
            play(&t, &f, seed).await;
        }
    }
}
