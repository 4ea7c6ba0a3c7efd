//! The binary `easymart`: reads the command line and the configuration, sets the process up, and runs.

use std::{
    fs::File,
    io::{BufWriter, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser as _;
use easymart_all_in_one::{
    address_book::AddressBook,
    check,
    cli::{Cli, Command, ConfigArgs, GenerateArgs, ImportArgs, RunArgs, Target},
    config::Config,
    import::{self, Feed},
    system::{Catalogue, System},
};
use easymart_runtime::{Readiness, Tasks, admin, config::redacted_toml, shutdown, telemetry};
use easymart_sample_shop::bulk;
use tokio::net::TcpListener;

/// Bytes that are written at once.
const WRITE_BUFFER: usize = 1 << 20;
/// Time for what surrounds the system to end after it.
const GRACE: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => run(cli.run).await,
        Some(Command::Import(args)) => import_feed(args).await,
        Some(Command::GenerateCatalogue(args)) => generate_catalogue(&args),
        Some(Command::Config(args)) => Config::load(&args).and_then(|config| say(&redacted_toml(&config))),
        Some(Command::Check(args)) => check_system(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "easymart: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: RunArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    telemetry::init_tracing(&config.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let catalogue = match args.catalogue {
        Some(file) => Catalogue::Feed { feed: Feed::File(file), allow_shrink: args.allow_shrink },
        None => Catalogue::SampleShopUnlessImported,
    };
    let (data_dir, admin_address) = (config.data_dir.clone(), config.admin.listen);
    let tasks = Tasks::new(&stop);
    let ready = Readiness::new(false);
    if let Some(address) = admin_address {
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("admin.listen: cannot listen on {address}"))?;
        tasks.spawn_fallible("admin", admin::serve(listener, metrics.clone(), ready.clone(), tasks.stop_token()));
    }
    let system = System::start(config, &Target::parts(&args.target), catalogue, metrics, stop).await?;
    ready.set(true);
    let _published = system.address_book().publish(&data_dir).context("cannot write to the data directory")?;
    say(&format!("EasyMart is ready\n{}  data             {}\n", system.address_book(), data_dir.display()))?;
    let ran = system.run().await;
    ran.and(tasks.shutdown(GRACE).await)
}

async fn import_feed(args: ImportArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let url = match args.address {
        Some(url) => url,
        None => book(&config)?
            .url(Target::CatalogSearch)
            .context("no catalog-search runs in that process: name one with --address")?,
    };
    let feed = Feed::File(args.file);
    let answer = import::import(&url, &feed, &config.catalog_search.currency, args.allow_shrink).await?;
    say(&import::describe(&feed.name(), &answer))
}

fn generate_catalogue(args: &GenerateArgs) -> anyhow::Result<()> {
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            Box::new(BufWriter::with_capacity(WRITE_BUFFER, file))
        }
        None => Box::new(BufWriter::with_capacity(WRITE_BUFFER, std::io::stdout().lock())),
    };
    bulk::write_catalogue(&mut out, args.products, args.seed)
}

async fn check_system(args: ConfigArgs) -> anyhow::Result<()> {
    let health = check::check(&book(&Config::load(&args)?)?).await;
    let mut down = 0;
    for part in &health {
        let state = part.problem.as_deref().unwrap_or("ok");
        say(&format!("{:<15} {:<28} {state}\n", part.part.name(), part.url))?;
        down += usize::from(part.problem.is_some());
    }
    anyhow::ensure!(down == 0, "{down} of {} parts are not well", health.len());
    Ok(())
}

/// Addresses of the system that runs on the configured data directory.
fn book(config: &Config) -> anyhow::Result<AddressBook> {
    AddressBook::find(&config.data_dir)?.with_context(|| {
        format!("no EasyMart runs on the data directory {}: start one with `easymart`", config.data_dir.display())
    })
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
