//! The extraction audit: what it says of the demo and of workspaces made here, and that it agrees with what the other commands
//! say.

mod demo;
mod evidence;
mod gate;
mod record;

use crate::cli::{Run, Workspace};
use expect_test::expect;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Runs the audit, and reads what it says.
#[track_caller]
fn audit(dir: &Path, args: &[&str]) -> Value {
    let run = crate::cli::run_in(dir, &[&["readiness", "--format", "json"], args].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// What an audit says of a module.
#[track_caller]
fn module<'a>(audit: &'a Value, name: &str) -> &'a Value {
    let modules = audit["modules"].as_array().unwrap();
    modules.iter().find(|module| module["name"] == name).unwrap()
}

/// The identities of some blockers.
fn identities(blockers: &Value) -> BTreeSet<String> {
    let blockers = blockers.as_array().unwrap().iter();
    blockers.map(|blocker| blocker["identity"].as_str().unwrap().to_owned()).collect()
}

const FILES: &str = "
//- /Cargo.toml
[package]
name = \"shop\"
version = \"0.1.0\"
edition = \"2024\"
//- /src/lib.rs
pub mod ids;
pub mod orders;
pub mod payments;
//- /src/ids.rs
pub struct Id(pub u64);
impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl std::str::FromStr for Id {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Id, Self::Err> {
        text.parse().map(Id)
    }
}
//- /src/orders.rs
use crate::ids::Id;
use crate::payments::api;
pub fn place(ids: Vec<Id>) {
    for id in ids {
        api::charge(&id);
    }
    crate::payments::store::sweep();
}
#[cfg(test)]
mod tests {
    #[test]
    fn books_are_kept() {
        crate::payments::store::sweep();
        crate::payments::api::charge(&crate::ids::Id(1));
    }
}
//- /src/payments.rs
pub mod api {
    pub fn charge(id: &crate::ids::Id) -> bool {
        std::fs::write(\"x\", id.0.to_string()).is_ok()
    }
}
pub mod store {
    pub fn sweep() {}
}
";

const POLICY: &str = "version = 1
[modules.ids]
paths = ['shop::ids']
kind = 'library'
[modules.orders]
paths = ['shop::orders']
depends-on = ['payments']
[modules.payments]
paths = ['shop::payments']
public = ['api']
[modules.app]
paths = ['shop']
kind = 'app'
";

fn shop(policy: &str, files: &str) -> Workspace {
    let workspace = Workspace::new(&format!("{FILES}{files}"));
    workspace.write("boundaries.toml", policy);
    workspace
}

impl Run {
    #[track_caller]
    fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// `topic: safe/all` of what has any crossings.
fn dimensions(module: &Value) -> Vec<String> {
    let dimensions = module["dimensions"].as_array().unwrap().iter();
    let dimensions = dimensions.filter(|dimension| dimension["all"] != 0);
    dimensions.map(|d| format!("{}: {}/{}", d["topic"].as_str().unwrap(), d["safe"], d["all"])).collect()
}

#[test]
fn every_crossing_is_counted_once_where_it_belongs() {
    let shop = shop(POLICY, "");
    let audit = audit(shop.dir.path(), &[]);
    let payments = module(&audit, "payments");
    // orders: `use api`, `charge` in a loop, `sweep` past the interface. Its tests: one of two past the interface. `Id` is
    // named twice, in one library.
    assert_eq!(dimensions(payments), ["inbound: 1/3", "libraries: 1/1", "tests: 1/2"]);
    assert_eq!(payments["readiness"], serde_json::json!({ "safe": 3, "all": 6 }));
    assert_eq!(
        identities(&payments["blockers"]),
        BTreeSet::from([
            "chatty-call shop::orders -> shop::payments::api::charge".to_owned(),
            "private-access shop::orders -> shop::payments::store::sweep".to_owned(),
        ])
    );
    let orders = module(&audit, "orders");
    assert_eq!(dimensions(orders), ["outbound: 1/3", "libraries: 1/1", "tests: 1/2"]);
    // What blocks one blocks the other: the call between them.
    assert_eq!(identities(&orders["blockers"]), identities(&payments["blockers"]));
    assert_eq!(orders["cut"]["needs"][0]["in_loops"], 1);
    let steps: Vec<&Value> =
        payments["work"].as_array().unwrap().iter().map(|step| &step["readiness"]["safe"]).collect();
    assert_eq!(steps, [4, 5], "the test that reaches inside is no blocker of the check");
}

#[test]
fn what_can_not_be_audited_says_why() {
    let shop = shop(POLICY, "");
    shop.run(&["readiness", "paymets"]).ends(
        2,
        &[],
        &["unknown module `paymets`", "did you mean `payments`?"],
    );
    shop.run(&["readiness", "ids"]).ends(
        2,
        &[],
        &["`ids` is no domain module", "travels with every service"],
    );
    shop.run(&["readiness", "app"]).ends(2, &[], &["`app` is no domain module", "composition root stays"]);
    shop.run(&["readiness", "-p", "shop"]).ends(2, &[], &["`--package` has no effect on `readiness`"]);
    std::fs::remove_file(shop.dir.path().join("boundaries.toml")).unwrap();
    shop.run(&["readiness"]).ends(2, &[], &["there is no boundaries.toml"]);
}

#[test]
fn what_was_not_looked_at_is_said() {
    let policy = format!("{POLICY}[modules.gone]\npaths = ['shop::gone']\n[rules]\nchatty-call = 'allow'\n");
    let files = "//- /src/stray.rs\npub fn f() {}\n//- /src/orders/broken.rs\nfn (\n";
    let shop = shop(&policy, files);
    let lib =
        "pub mod ids;\npub mod orders;\npub mod payments;\npub fn odd() { crate::payments::nothing(); }\n";
    shop.write("src/lib.rs", lib);
    let run = shop.run(&["readiness", "--format", "json"]);
    run.ends(3, &[], &["the path `shop::gone` of `gone` matches nothing"]);
    let audit = run.document();
    assert_eq!(audit["not_judged"]["chatty-call"], "switched off in `[rules]`");
    assert_eq!(audit["not_judged"]["foreign-table-read"], "no module and no `[shared]` lists tables");
    let of = |topic: &str| {
        let dimensions = module(&audit, "payments")["dimensions"].as_array().unwrap();
        dimensions.iter().find(|dimension| dimension["topic"] == topic).unwrap()["not_judged"].to_string()
    };
    assert!(of("inbound").contains("chatty-call") && of("data").contains("cross-owner-join"));
    assert!(module(&audit, "payments")["blind_spots"].to_string().contains("lists tables"));
    for format in ["human", "markdown"] {
        let shown = shop.run(&["readiness", "payments", "--format", format]).stdout;
        assert!(shown.contains("chatty-call"), "{shown}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let shop = shop(POLICY, "");
    for format in ["human", "markdown", "json"] {
        let one = shop.run(&["readiness", "--format", format, "-j", "1"]).stdout;
        let four = shop.run(&["readiness", "--format", format, "-j", "4", "--no-cache"]).stdout;
        assert!(!one.is_empty());
        assert_eq!(one, four);
    }
}

#[test]
fn people_read_it_from_top_to_bottom() {
    let shop = shop(POLICY, "");
    expect![[r#"
        not part of these figures, because no rule could judge it: data, configuration and environment

        module       readiness       safe  advice                blockers
        orders          ≤ 50 %        3/6  harden the boundary   1 interface, 1 edit
        payments        ≤ 50 %        3/6  harden the boundary   1 interface, 1 edit

        in which order they could be extracted
          1. orders    2 blockers left by then, 2 calls to cut
          2. payments  0 blockers left by then, 2 calls to cut
             Always the module with the fewest blockers that are not gone with the ones before it, then with the fewest redesigns, then with the fewest calls to cut.

        all about one of them: cargo modcheck readiness orders

        not judged: no `allow-crates` lists anything: nothing was judged by `restricted-crate`
        not judged: no module and no `[shared]` lists tables: nothing was judged by `contested-table`, `cross-owner-foreign-key`, `cross-owner-join`, `cross-owner-transaction`, `cross-owner-trigger`, `foreign-table-read`, `foreign-table-write`
        not judged: no module has a `visible-to`: nothing was judged by `not-visible`
        not judged: no module lists `env`, `cache-keys` or `topics`: nothing was judged by `foreign-resource`
        not judged: no two modules are of different layers: nothing was judged by `layer-violation`

        readiness = safe crossings / all crossings. What one source module uses of one thing across the boundary is one crossing, and so is each join, foreign key, trigger and transaction that spans owners. A crossing is safe if no blocker is about it; nothing is weighted.
    "#]].assert_eq(&shop.run(&["readiness"]).stdout);
    expect![[r#"
        payments: ≤ 50 % ready, not counting what no rule could judge: data, configuration and environment
        2 of 2 in the order of extraction

        could we
          inbound uses                    1 of 3, 33.3 %; not judged by not-visible, layer-violation
          outbound dependencies           none; not judged by not-visible, layer-violation
          data                            not judged (foreign-table-write, foreign-table-read, cross-owner-join, cross-owner-foreign-key, cross-owner-trigger, cross-owner-transaction, contested-table)
          shared state                    none
          configuration and environment   not judged (foreign-resource)
          libraries that travel           1 of 1, 100 %; not judged by restricted-crate
          tests across the boundary       1 of 2, 50 %
          all                             3 of 6, 50 %

        2 blockers, the hardest first
          1. interface chatty-call, 1 crossing  src/orders.rs:5:14
             module `orders` calls `shop::payments::api::charge` once for each of many things: as many requests when `payments` is a service
             do: offer a batch of `charge` in the public interface of `payments` that takes all the arguments at once, and call it once, outside the loop
          2. edit private-access, 1 crossing  src/orders.rs:7:29
             module `orders` uses `shop::payments::store::sweep`, which is not in the public interface of `payments`
             do: go through the public interface of `payments`: `api`
          interface: a signature or a type changes, with all that use it
          edit: a few places in the code change, and it does what it did

        an order of work
          1. edit       private-access            then  ≤ 66.6 %  src/orders.rs:7:29
          2. interface  chatty-call               then  ≤ 83.3 %  src/orders.rs:5:14
             The least effort first; of one effort what makes most crossings safe that are not yet.

        tests that reach inside
          - let tests go through the public interface, or move them into the module that they test
          - `shop::orders::tests` uses `shop::payments::store::sweep`, src/orders.rs:13:33

        the interface: 2 functions that others call
          - shop::payments::api::charge  called by orders (1); 1 place in a loop
          - shop::payments::store::sweep  called by orders (1)

        what it needs: 0 functions of others
          nothing

        what moves
          - library ids  2 places

        what we would give up
          - 2 calls into it over the network, 1 in loops
          - 2 functions to be reached over the network, and to be secured
          - deploys to coordinate with 1 module
              orders: calls it in 2, is called in 0

        should we: harden the boundary
          why
            - it has 2 blockers, which make changes at its boundary dearer
            - nothing that is known asks for a service: no cadence, scaling profile or team of its own
          what would change it
            - the blockers are gone: it may stay as it is then
            - it gets a cadence, a scaling profile or a team of its own
          what is not known
            - how many engineers work on the code (`[context] engineers`)
            - at which stage the product is (`[context] stage`)
            - whether somebody runs services (`[context] platform-team`)
            - its cadence (`cadence` in `[modules.payments]`)
            - its scaling profile (`scaling` in `[modules.payments]`)
            - its team (`team` in `[modules.payments]`)
            - how it changes: there is no history to read
          what git says
            - nothing is known of how it changed: git could not read the repository: not a git repository (or any of the parent directories): .git
            - there is no CODEOWNERS
          what was not looked at
            - no module and no `[shared]` lists tables: what goes on between tables was not judged
          the rule that decides: no cadence, scaling profile or team of its own: harden the boundary while it has blockers, else stay. That there may be millions of users some day is no reason

        not judged: no `allow-crates` lists anything: nothing was judged by `restricted-crate`
        not judged: no module and no `[shared]` lists tables: nothing was judged by `contested-table`, `cross-owner-foreign-key`, `cross-owner-join`, `cross-owner-transaction`, `cross-owner-trigger`, `foreign-table-read`, `foreign-table-write`
        not judged: no module has a `visible-to`: nothing was judged by `not-visible`
        not judged: no module lists `env`, `cache-keys` or `topics`: nothing was judged by `foreign-resource`
        not judged: no two modules are of different layers: nothing was judged by `layer-violation`

        readiness = safe crossings / all crossings. What one source module uses of one thing across the boundary is one crossing, and so is each join, foreign key, trigger and transaction that spans owners. A crossing is safe if no blocker is about it; nothing is weighted.
    "#]].assert_eq(&shop.run(&["readiness", "payments"]).stdout);
}

#[test]
fn a_team_reads_it_together() {
    let shop = shop(POLICY, "");
    expect![[r##"
        # Extraction audit

        readiness = safe crossings / all crossings. What one source module uses of one thing across the boundary is one crossing, and so is each join, foreign key, trigger and transaction that spans owners. A crossing is safe if no blocker is about it; nothing is weighted.

        **Not part of these figures**, because no rule could judge it: data, configuration and environment.

        | module | readiness | safe | blockers | advice |
        |---|--:|--:|---|---|
        | payments | ≤ 50 % | 3 of 6 | 1 interface, 1 edit | harden the boundary |

        ## In which order they could be extracted

        Always the module with the fewest blockers that are not gone with the ones before it, then with the fewest redesigns, then with the fewest calls to cut.

        1. orders: 2 blockers left by then, 2 calls to cut
        2. payments: 0 blockers left by then, 2 calls to cut

        ## What the figures say nothing about

        - No `allow-crates` lists anything: nothing was judged by `restricted-crate`
        - No module and no `[shared]` lists tables: nothing was judged by `contested-table`, `cross-owner-foreign-key`, `cross-owner-join`, `cross-owner-transaction`, `cross-owner-trigger`, `foreign-table-read`, `foreign-table-write`
        - No module has a `visible-to`: nothing was judged by `not-visible`
        - No module lists `env`, `cache-keys` or `topics`: nothing was judged by `foreign-resource`
        - No two modules are of different layers: nothing was judged by `layer-violation`

        ## payments: ≤ 50 % ready

        ### Could we

        | crossings | safe |
        |---|---|
        | inbound uses | 1 of 3, 33.3 %; not judged by not-visible, layer-violation |
        | outbound dependencies | none; not judged by not-visible, layer-violation |
        | data | not judged (foreign-table-write, foreign-table-read, cross-owner-join, cross-owner-foreign-key, cross-owner-trigger, cross-owner-transaction, contested-table) |
        | shared state | none |
        | configuration and environment | not judged (foreign-resource) |
        | libraries that travel | 1 of 1, 100 %; not judged by restricted-crate |
        | tests across the boundary | 1 of 2, 50 % |
        | **all** | 3 of 6, 50 % |

        #### Uses to take back behind an interface

        - **chatty-call**, interface: module `orders` calls `shop::payments::api::charge` once for each of many things: as many requests when `payments` is a service. src/orders.rs:5:14
          - Offer a batch of `charge` in the public interface of `payments` that takes all the arguments at once, and call it once, outside the loop
          - Or move the loop into `payments`
        - **private-access**, edit: module `orders` uses `shop::payments::store::sweep`, which is not in the public interface of `payments`. src/orders.rs:7:29
          - Go through the public interface of `payments`: `api`
          - Or write `public = ["api", "store::sweep"]` in `[modules.payments]`

        ### An order of work

        The least effort first; of one effort what makes most crossings safe that are not yet.

        | | effort | blocker | then | where |
        |--:|---|---|--:|---|
        | 1 | edit | private-access | ≤ 66.6 % | src/orders.rs:7:29 |
        | 2 | interface | chatty-call | ≤ 83.3 % | src/orders.rs:5:14 |

        - interface: a signature or a type changes, with all that use it
        - edit: a few places in the code change, and it does what it did

        ### Tests that reach inside

        - Let tests go through the public interface, or move them into the module that they test
        - `shop::orders::tests` uses `shop::payments::store::sweep`, src/orders.rs:13:33

        ### The interface that others need

        - `shop::payments::api::charge`: called by orders (1); 1 place in a loop
        - `shop::payments::store::sweep`: called by orders (1)

        ### What moves

        - Library `ids`: 2 places

        ### What we would give up

        - 2 calls into it over the network, 1 in loops
        - 2 functions to be reached over the network, and to be secured
        - Deploys to coordinate with 1 module
        - orders: calls it in 2, is called in 0

        ### Should we: harden the boundary

        #### Why

        - It has 2 blockers, which make changes at its boundary dearer
        - Nothing that is known asks for a service: no cadence, scaling profile or team of its own

        #### What would change it

        - The blockers are gone: it may stay as it is then
        - It gets a cadence, a scaling profile or a team of its own

        #### What is not known

        - How many engineers work on the code (`[context] engineers`)
        - At which stage the product is (`[context] stage`)
        - Whether somebody runs services (`[context] platform-team`)
        - Its cadence (`cadence` in `[modules.payments]`)
        - Its scaling profile (`scaling` in `[modules.payments]`)
        - Its team (`team` in `[modules.payments]`)
        - How it changes: there is no history to read

        #### What git says

        - Nothing is known of how it changed: git could not read the repository: not a git repository (or any of the parent directories): .git
        - There is no CODEOWNERS

        #### What was not looked at

        - No module and no `[shared]` lists tables: what goes on between tables was not judged

        ## How the advice comes about

        The first of these rules that fits decides.

        1. Before product-market fit: stay, whatever else holds
        2. Fewer than 8 engineers: stay
        3. No cadence, scaling profile or team of its own: harden the boundary while it has blockers, else stay. That there may be millions of users some day is no reason
        4. A reason, but the boundary is not ready (it has blockers, or changes with other modules in more than half of its commits): harden the boundary
        5. A reason and a ready boundary, but an incomplete analysis, tables without owners, nobody who runs services, engineers or stage unknown, or another module that goes first: stay, and keep the boundary ready
        6. All of it: extract this one, operate it, then decide on the next
    "##]].assert_eq(&shop.run(&["readiness", "payments", "--format", "markdown"]).stdout);
}

#[test]
fn what_a_library_holds_blocks_those_whose_code_leads_to_it() {
    let shop = shop(POLICY, "");
    let ids = std::fs::read_to_string(shop.dir.path().join("src/ids.rs")).unwrap();
    let counter = "static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
impl Id {
    pub fn next() -> Id {
        Id(number())
    }
}
fn number() -> u64 {
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
";
    shop.write("src/ids.rs", format!("{ids}{counter}"));
    let blocker = "stateful-library shop::ids::NEXT";
    let before = audit(shop.dir.path(), &[]);
    assert_eq!(identities(&before["elsewhere"]), BTreeSet::from([blocker.to_owned()]));
    let orders = std::fs::read_to_string(shop.dir.path().join("src/orders.rs")).unwrap();
    shop.write("src/orders.rs", format!("{orders}pub fn fresh() -> Id {{ Id::next() }}\n"));
    let after = audit(shop.dir.path(), &[]);
    assert_eq!(identities(&after["elsewhere"]), BTreeSet::new());
    assert!(identities(&module(&after, "orders")["blockers"]).contains(blocker));
    assert!(!identities(&module(&after, "payments")["blockers"]).contains(blocker));
    // The library travels as a whole, and is one crossing.
    assert!(dimensions(module(&after, "orders")).contains(&"libraries: 0/1".to_owned()));
}

#[test]
fn code_that_no_rule_looks_at_is_told_all_the_same() {
    let policy = POLICY.replace(
        "public = ['api']\n",
        "public = ['api']\nowns.tables = ['payments', 'fees']\nowns.views = ['fees']\n",
    );
    let shop = shop(
        &policy,
        "//- /stray/Cargo.toml\n[package]\nname = \"stray\"\nversion = \"0.1.0\"\n[dependencies]\nsqlx = \"0.8\"\n",
    );
    let query = |table: &str, function: &str| {
        format!(
            "async fn {function}(db: &sqlx::PgPool) {{ sqlx::query(\"SELECT a FROM {table}\").fetch_all(db).await; }}\n"
        )
    };
    let manifest = "[workspace]\nmembers = ['stray']\n[package]\nname = 'shop'\nversion = '0.1.0'\nedition = '2024'\n[dependencies]\nsqlx = '0.8'\n";
    shop.write("Cargo.toml", manifest);
    shop.write("stray/src/lib.rs", format!("pub {}", query("payments", "peek")));
    let orders = std::fs::read_to_string(shop.dir.path().join("src/orders.rs")).unwrap();
    let tests =
        format!("#[cfg(test)]\nmod more {{\n{}{}}}\n", query("payments", "seed"), query("fees", "fees"));
    shop.write("src/orders.rs", format!("{orders}{tests}"));
    let audit = audit(shop.dir.path(), &["payments"]);
    let payments = module(&audit, "payments");
    // Two of names and two of tables, of which one is published.
    assert!(dimensions(payments).contains(&"tests: 2/4".to_owned()), "{:?}", dimensions(payments));
    let told = payments["blind_spots"].to_string();
    assert!(
        told.contains("code of no module touches its tables in 1 place, the first at stray/src/lib.rs:1"),
        "{told}"
    );
}
