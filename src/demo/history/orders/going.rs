//! What is being worked on, waits to be begun, or stands still, and why.

use crate::demo::cast::Who::{Dana, Gauge, Ivo, Lena, Relay, Sam, Tom};
use crate::demo::days::at;
use crate::demo::history::acts::Act::{
    Approve, ApproveOnly, BlockedBy, File, Give, Hold, Log, ReadSafety, Resume, Say, SendBack, Split, Submit,
    Tick, Time, Write,
};
use crate::demo::history::acts::{Next, Tale};
use crate::demo::history::paper::{PLAIN, Paper};
use crate::work_orders::model::{HoldCode, Priority};

#[rustfmt::skip]
pub(super) const TALES: &[Tale] = &[
    Tale {
        key: "slow",
        acts: &[
            (at(4, 10, 0), Write(Tom, &Paper {
                title: "Answers take ten seconds on Monday mornings",
                estimate: "2 h",
                priority: "HIGH",
                asset: "parts-desk-01",
                due: 1,
                why: "Between nine and half past ten everybody waits.",
                steps: &[("Find out why", &["The hour and the part of it are known", "The cause is named"]), ("Mend it", &["Nine of ten answers come in under four seconds"])],
                criteria: &["Nobody waits for longer than five seconds"],
                ..PLAIN
            })),
            (at(4, 10, 2), Submit(Tom)),
            (at(4, 11, 0), Approve(Sam, Ivo)),
            (at(3, 10, 0), File(Ivo, "1.1", "slow-answers.csv", "Answers of last Monday by the hour")),
            (at(3, 10, 30), Tick(Ivo, &["1.1"])),
            (at(2, 10, 0), Log(Ivo, "Looking for the cause", &["The search waits, the model does not", "Two searches at once take as long as ten one after the other"])),
            (at(2, 10, 10), Time(Ivo, 190, "")),
            (at(1, 9, 0), Say(Tom, "This morning it was bad again from 9:10 on.")),
        ],
    },
    Tale {
        key: "second-search",
        acts: &[
            (at(3, 13, 0), Write(Lena, &Paper {
                title: "Run the search of the catalogue twice",
                estimate: "6 h",
                kind: "Modification",
                asset: "parts-idx-01",
                due: 8,
                why: "If the search is what waits, a second one halves the wait.",
                steps: &[("Run it twice", &["Both answer the same", "The gateway asks the one that is free"])],
                criteria: &["Losing one of them is not noticed"],
                ..PLAIN
            })),
            (at(3, 13, 10), Submit(Lena)),
            (at(2, 9, 0), Approve(Sam, Dana)),
            (at(2, 9, 10), BlockedBy(Lena, "slow")),
        ],
    },
    Tale {
        key: "question-log",
        acts: &[
            (at(6, 8, 0), Write(Sam, &Paper {
                title: "Move the log of questions to the larger disk",
                estimate: "4 h",
                kind: "Modification",
                asset: "parts-desk-01",
                due: 3,
                why: "It is full in three weeks.",
                steps: &[
                    ("Copy it", &["The copy holds as many questions as the old one", "New questions are written to both"]),
                    ("Switch over", &["The assistant writes to the new one only"]),
                    ("Let the auditors read it", &["Both auditors open it from their desks"]),
                ],
                criteria: &["No question of these days is missing"],
                ..PLAIN
            })),
            (at(6, 8, 10), Submit(Sam)),
            (at(5, 9, 0), Approve(Lena, Ivo)),
            (at(4, 9, 30), Give(Lena, Dana)),
            (at(3, 9, 0), Tick(Dana, &["1.1"])),
            (at(3, 9, 10), Time(Dana, 75, "")),
            (at(2, 13, 0), Split(Lena, "3", Next {
                key: "log-access",
                title: "Let the auditors read the log of questions",
                priority: Priority::Medium,
                due: 9,
                why: "Nobody has to wait for the move with it",
            })),
            (at(1, 10, 0), Tick(Dana, &["1.2"])),
        ],
    },
    Tale {
        key: "ask-rightly",
        acts: &[
            (at(14, 8, 0), Write(Lena, &Paper {
                title: "Write down how one asks for a part",
                estimate: "90 min",
                kind: "Modification",
                priority: "LOW",
                asset: "workshop",
                due: -3,
                why: "New colleagues ask for \"that ring on the pump\" and get seven rows.",
                steps: &[("Write it", &["A page for the wall", "Five examples of last month"])],
                criteria: &["Somebody new finds a part at the first try"],
                ..PLAIN
            })),
            (at(14, 8, 10), Submit(Lena)),
            (at(13, 9, 0), Approve(Sam, Ivo)),
            (at(12, 9, 0), Hold(Ivo, HoldCode::Person, "Tom collects the examples")),
            (at(10, 9, 0), Resume(Ivo)),
            (at(8, 15, 0), Tick(Ivo, &["1.2"])),
            (at(4, 15, 0), Say(Lena, "{ivo}, this was due; shall I give it to somebody else?")),
        ],
    },
    Tale {
        key: "drawings",
        acts: &[
            (at(5, 8, 0), Write(Lena, &Paper {
                title: "Put the drawings of the pump maker into the index",
                estimate: "3 h",
                kind: "Integration Setup",
                asset: "parts-idx-01",
                due: 5,
                why: "Half of the pump parts have no name, only a place on a drawing.",
                steps: &[("Take them in", &["All 38 drawings are read", "Each place on a drawing leads to its row"])],
                criteria: &["A part is found by drawing and place"],
                ..PLAIN
            })),
            (at(5, 8, 10), Submit(Lena)),
            (at(4, 9, 0), Approve(Sam, Relay)),
            (at(2, 11, 0), Tick(Relay, &["1.1"])),
            (at(2, 11, 10), Log(Relay, "Drawings were read", &["38 drawings, 611 places", "4 places are not legible"])),
        ],
    },
    Tale {
        key: "keyboard",
        acts: &[
            (at(8, 8, 0), Write(Tom, &Paper {
                title: "Keys of the counter's keyboard are worn",
                estimate: "8 h",
                priority: "LOW",
                asset: "parts-store",
                due: 6,
                why: "Nobody sees which one is the eight.",
                steps: &[("Look at it and mend it", &["Every key can be read"])],
                criteria: &["Nobody mistypes a shelf"],
                ..PLAIN
            })),
            (at(8, 8, 2), Submit(Tom)),
            (at(7, 9, 0), ApproveOnly(Sam)),
        ],
    },
    Tale {
        key: "sold-out",
        acts: &[
            (at(12, 8, 0), Write(Dana, &Paper {
                title: "Agree on the words for a part that is sold out",
                kind: "Modification",
                asset: "parts-desk-01",
                due: 2,
                why: "\"None\" is read as \"not made any more\".",
                steps: &[("Agree", &["Store and workshop use the same words"]), ("Use them", &["The prompt has them"])],
                criteria: &["Nobody asks what it means"],
                ..PLAIN
            })),
            (at(12, 8, 10), Submit(Dana)),
            (at(11, 9, 0), Approve(Lena, Dana)),
            (at(10, 9, 0), Hold(Dana, HoldCode::Person, "The head of the store decides on the words and is back next week")),
        ],
    },
    Tale {
        key: "power",
        acts: &[
            (at(16, 8, 0), Write(Ivo, &Paper {
                title: "Fit the second power supply of rack 2",
                estimate: "1 h",
                kind: "Integration Setup",
                priority: "HIGH",
                asset: "parts-gw-01",
                due: -1,
                why: "One supply is one too few for a gateway that everybody needs.",
                steps: &[("Fit it", &["The second supply is screwed in", "The gateway runs on either"])],
                criteria: &["A pulled plug is not noticed"],
                safety: &["Pull only the plug whose light is green on the other one"],
                ..PLAIN
            })),
            (at(16, 8, 10), Submit(Ivo)),
            (at(15, 9, 0), Approve(Sam, Ivo)),
            (at(11, 9, 0), ReadSafety(Ivo)),
            (at(11, 9, 10), Tick(Ivo, &["1.1"])),
            (at(11, 10, 0), Hold(Ivo, HoldCode::Parts, "It came without its cable; the cable is ordered")),
        ],
    },
    Tale {
        key: "counter-cable",
        acts: &[
            (at(10, 8, 0), Write(Lena, &Paper {
                title: "Lay a second cable to the counter",
                estimate: "5 h",
                kind: "Integration Setup",
                priority: "LOW",
                asset: "parts-store",
                due: 6,
                why: "The scanner and the tablet share one.",
                steps: &[("Lay it", &["The cable lies in the duct", "Both work at once"])],
                criteria: &["Neither waits for the other"],
                ..PLAIN
            })),
            (at(10, 8, 10), Submit(Lena)),
            (at(9, 9, 0), Approve(Sam, Ivo)),
            (at(7, 9, 0), Hold(Ivo, HoldCode::Access, "The duct runs behind the racks of the store, which are cleared on Saturday only")),
        ],
    },
    Tale {
        key: "belt-maker",
        acts: &[
            (at(9, 9, 0), Write(Dana, &Paper {
                title: "Ask the belt maker's own system for what is sold out",
                estimate: "2 h",
                kind: "Integration Setup",
                asset: "parts-gw-01",
                due: 7,
                why: "Then the assistant can say when a belt comes.",
                steps: &[("Connect it", &["One question is answered by hand", "The assistant has it as a tool"])],
                criteria: &["The day that is named is the maker's"],
                ..PLAIN
            })),
            (at(9, 9, 10), Submit(Dana)),
            (at(8, 10, 0), Approve(Lena, Dana)),
            (at(6, 10, 0), Hold(Dana, HoldCode::Credentials, "The maker has not sent the account yet; asked for it twice")),
        ],
    },
    Tale {
        key: "filter-1",
        acts: &[
            (at(7, 10, 0), Write(Ivo, &Paper {
                title: "Change the filter of rack 1 while the desk runs",
                asset: "parts-room",
                due: 1,
                why: "The fan is loud again, and a filter is quickly changed.",
                steps: &[("Change it", &["The new filter is in", "Nothing fell into the rack"])],
                criteria: &["The fan is quiet"],
                ..PLAIN
            })),
            (at(7, 10, 10), Submit(Ivo)),
            (at(6, 11, 0), Approve(Lena, Ivo)),
            (at(5, 8, 0), Hold(Sam, HoldCode::Safety, "Not beside a fan that turns: we stop the rack on Friday evening")),
        ],
    },
    Tale {
        key: "load",
        acts: &[
            (at(8, 9, 0), Write(Sam, &Paper {
                title: "Try the gateway with a whole shift at once",
                estimate: "6 h",
                kind: "Inspection",
                asset: "parts-gw-01",
                due: 4,
                why: "We raised the limit and never saw it reached.",
                steps: &[("Try it", &["Forty tablets ask for ten minutes", "Nothing is refused"])],
                criteria: &["We know what it takes"],
                ..PLAIN
            })),
            (at(8, 9, 10), Submit(Sam)),
            (at(7, 11, 0), Approve(Lena, Dana)),
            (at(5, 11, 0), Hold(Sam, HoldCode::Schedule, "The whole shift is here again after the fair")),
        ],
    },
    Tale {
        key: "recalled",
        acts: &[
            (at(1, 15, 0), Write(Tom, &Paper {
                title: "The assistant offers a coupling that was recalled",
                estimate: "4 h",
                priority: "EMERGENCY",
                asset: "parts-desk-01",
                due: 0,
                why: "Coupling K-77 was recalled on Tuesday, and the assistant still names its row.",
                steps: &[("Look at it and mend it", &["K-77 is offered to nobody", "Who was offered it is told"])],
                criteria: &["No recalled part is named"],
                ..PLAIN
            })),
            (at(1, 15, 2), Submit(Tom)),
        ],
    },
    Tale {
        key: "beeps",
        acts: &[
            (at(2, 14, 0), Write(Tom, &Paper {
                title: "The scanner beeps twice for one part",
                estimate: "90 min",
                priority: "LOW",
                asset: "store-scan-1",
                due: 10,
                why: "Then two are booked.",
                steps: &[("Look at it and mend it", &["One part is one beep"])],
                criteria: &["The count is right"],
                ..PLAIN
            })),
            (at(2, 14, 2), Submit(Tom)),
        ],
    },
    Tale {
        key: "torque",
        acts: &[
            (at(3, 11, 0), Write(Gauge, &Paper {
                title: "Ask the gearbox maker for the table of torques",
                kind: "Modification",
                priority: "LOW",
                asset: "parts-idx-01",
                due: 12,
                why: "14 questions of last week were about torque, and no row has one.",
                steps: &[("Ask", &["The maker was asked", "The table stands in the index"])],
                criteria: &["A torque that is named stands in the maker's table"],
                ..PLAIN
            })),
        ],
    },
    Tale {
        key: "orders-itself",
        acts: &[
            (at(6, 14, 0), Write(Ivo, &Paper {
                title: "Let the assistant order parts by itself",
                estimate: "3 h",
                kind: "Modification",
                asset: "parts-gw-01",
                due: 15,
                why: "It knows what is missing before anybody else.",
                steps: &[("Connect it", &["It writes an order for what is below its least stock"])],
                criteria: &["Nothing is ordered twice"],
                ..PLAIN
            })),
            (at(6, 14, 10), Submit(Ivo)),
            (at(5, 14, 0), SendBack(Lena, "Who approves what it orders, and up to how much? Without that nobody can say yes")),
        ],
    },
];
