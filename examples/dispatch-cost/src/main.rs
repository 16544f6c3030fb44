//! What does dispatch cost? Instructions per request, beside the same handlers written by hand in
//! actix-web, of the last of 1,000 viewsets beside the first, and of a page of a million rows beside one of a few.
//!
//! ```text
//! cargo run --release -p dispatch-cost
//! ```
//!
//! It needs `valgrind`. It starts itself once under callgrind as the server of all cases (one worker
//! thread an app), sends it requests over keep-alive connections on the loopback, prints the counts, and
//! fails if one is over its budget. The client is this process, which is not counted. The counts by
//! function stay in the target directory, and their place is printed, for `callgrind_annotate`.

mod callgrind;
mod client;
mod events;
mod server;
mod users;

use std::error::Error;
use std::process::ExitCode;

use callgrind::Callgrind;
use client::Connection;
use server::Site;

/// What most clients accept: curl, Python's requests, the HTTP libraries of most languages.
const ANYTHING: &str = "*/*";
/// What a client accepts that says so.
const JSON: &str = "application/json";

/// Before counting: what is made at the first use has been made, and every buffer has its size.
const WARM_UP: u32 = 100;
const REQUESTS: u32 = 400;

/// A request, and where it is sent.
#[derive(Clone, Copy)]
struct Case {
    site: Site,
    method: &'static str,
    path: &'static str,
    accept: &'static str,
    /// JSON, in which `#` is the number of the request; empty for none.
    body: &'static str,
}

/// Two requests with the same answer, and how much more the second may cost.
struct Comparison {
    name: &'static str,
    base: Case,
    compared: Case,
    budget: f64,
}

const COMPARISONS: [Comparison; 10] = [
    by_hand_and_viewset("list: viewset / by hand", "/api/ping/", ANYTHING),
    by_hand_and_viewset("list, Accept JSON: viewset / by hand", "/api/ping/", JSON),
    by_hand_and_viewset("retrieve: viewset / by hand", "/api/ping/7/", ANYTHING),
    Comparison {
        name: "list: token, permission, throttle",
        base: Case::get(Site::ByHand, "/api/ping/", ANYTHING),
        compared: Case::get(Site::Guarded, "/api/ping/", ANYTHING),
        budget: 1.5,
    },
    Comparison {
        name: "list of 1,000 viewsets: last / first",
        base: Case::get(Site::Thousand, "/api/ping-0000/", ANYTHING),
        compared: Case::get(Site::Thousand, "/api/ping-0999/", ANYTHING),
        budget: 1.1,
    },
    Comparison {
        name: "cursor page: of a million / of 10,000",
        base: Case::get(Site::FewEvents, events::PAGE, ANYTHING),
        compared: Case::get(Site::ManyEvents, events::PAGE, ANYTHING),
        budget: 1.1,
    },
    users("users, list of 20: viewset / by hand", "GET", "/api/users/?page=7", ""),
    users("users, retrieve: viewset / by hand", "GET", "/api/users/77/", ""),
    users(
        "users, patch: viewset / by hand",
        "PATCH",
        "/api/users/77/",
        r#"{"username": "patched-#", "first_name": "Ann"}"#,
    ),
    users(
        "users, post: viewset / by hand",
        "POST",
        "/api/users/",
        r#"{"username": "new-#", "email": "new-#@example.com"}"#,
    ),
];

impl Case {
    const fn get(site: Site, path: &'static str, accept: &'static str) -> Self {
        Self { site, method: "GET", path, accept, body: "" }
    }
}

/// A request to the users, with the same work behind it.
const fn users(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
) -> Comparison {
    let base = Case { site: Site::UsersByHand, method, path, accept: ANYTHING, body };
    Comparison { name, base, compared: Case { site: Site::Users, ..base }, budget: 1.3 }
}

const fn by_hand_and_viewset(
    name: &'static str,
    path: &'static str,
    accept: &'static str,
) -> Comparison {
    let base = Case::get(Site::ByHand, path, accept);
    Comparison { name, base, compared: Case { site: Site::ViewSet, ..base }, budget: 1.15 }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        None => compare(),
        Some(server::COMMAND) => server::run().map(|()| ExitCode::SUCCESS),
        Some(other) => Err(format!("`{other}` is no command; run it without arguments").into()),
    }
}

fn compare() -> Result<ExitCode, Box<dyn Error>> {
    events::create()?;
    let mut server = Callgrind::start()?;
    // A worker that answers has made all that it serves; before that its start would be counted, too.
    for site in Site::ALL {
        Connection::open(server.port(site)?)?.get("/", ANYTHING)?;
    }
    println!(
        "{:38}{:>10}{:>10}{:>8}{:>8}",
        "instructions a request", "base", "compared", "ratio", "budget"
    );
    let mut is_over = false;
    for Comparison { name, base, compared, budget } in COMPARISONS {
        let (base, base_answer) = measure(&mut server, base)?;
        let (compared, answer) = measure(&mut server, compared)?;
        if answer != base_answer {
            return Err(format!("`{name}` answers {answer} instead of {base_answer}").into());
        }
        let ratio = compared / base;
        let verdict = if ratio > budget { "  OVER BUDGET" } else { "" };
        println!("{name:38}{base:>10.0}{compared:>10.0}{ratio:>8.3}{budget:>8.2}{verdict}");
        is_over |= ratio > budget;
    }
    println!(
        "\nby function: callgrind_annotate --inclusive=yes FILE, a FILE for each count in its order:"
    );
    for profile in server.profiles() {
        println!("  {}", profile.display());
    }
    Ok(if is_over { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The instructions of one request, and its status and body.
fn measure(server: &mut Callgrind, case: Case) -> Result<(f64, String), Box<dyn Error>> {
    let mut connection = Connection::open(server.port(case.site)?)?;
    let mark = |connection: &mut Connection| connection.get(server::MARK_PATH, ANYTHING);
    let send = |connection: &mut Connection, number: u32| {
        let body = case.body.replace('#', &number.to_string());
        connection.send(case.method, case.path, case.accept, &body)
    };
    for number in 0..WARM_UP {
        send(&mut connection, number)?;
    }
    // The first two marks are neighbours: what lies between them is the cost of marking.
    mark(&mut connection)?;
    mark(&mut connection)?;
    let marking = server.next_count()?;
    let mut answer = String::new();
    for number in WARM_UP..WARM_UP + REQUESTS {
        answer = send(&mut connection, number)?;
    }
    mark(&mut connection)?;
    let total = server.next_count_of_requests()?;
    // The clock is no part of what is compared.
    if let Some((before, _)) =
        answer.split_once(",\"date_joined\":\"2026").filter(|_| case.method == "POST")
    {
        answer = before.to_owned();
    }
    if !answer.starts_with("20") {
        return Err(format!("{} answers {answer}", case.path).into());
    }
    Ok(((total - marking) / f64::from(REQUESTS), answer))
}
