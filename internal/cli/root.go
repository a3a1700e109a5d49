package cli

// root is the grammar. A noun adds one line under "Nouns".
type root struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"How to print: table or json."`
	Server string `name:"server" placeholder:"URL" help:"Address of the server; SLIPWAY_URL, or http://127.0.0.1:8080, without it."`
	// The token is read from SLIPWAY_TOKEN only, since the arguments of a process are visible to everyone on its machine.

	Version versionCommand `cmd:"" help:"Print the version of this binary."`
	Config  configCommand  `cmd:"" help:"Print the server's effective configuration, without secrets, and where each value comes from."`

	Apply  applyCommand  `cmd:"" help:"Apply files: products, services, people, templates, runbooks, releases and more, in one transaction."`
	Export exportCommand `cmd:"" help:"Print documents of one kind as files that apply takes."`
	Verify verifyCommand `cmd:"" help:"Check an exported record offline, with nothing but the file and the public key."`

	// Nouns
	Product     productCommand     `cmd:"" help:"Products."`
	Service     serviceCommand     `cmd:"" help:"Services and their barred versions."`
	Environment environmentCommand `cmd:"" help:"Environments."`
	Deployment  deploymentCommand  `cmd:"" help:"Recorded deployments."`
	Matrix      matrixCommand      `cmd:"" help:"Show what runs where."`
	Ledger      ledgerCommand      `cmd:"" help:"The record and its proofs."`
	Changed     changedCommand     `cmd:"" help:"Show what changed in an environment since an instant."`
	Release     releaseCommand     `cmd:"" help:"Releases."`
	Milestone   milestoneCommand   `cmd:"" help:"Milestones of releases."`
	Deliverable deliverableCommand `cmd:"" help:"Deliverables of releases."`
	Phase       phaseCommand       `cmd:"" help:"Phases of releases."`
	Scope       scopeCommand       `cmd:"" help:"Scope items of releases."`
	Budget      budgetCommand      `cmd:"" help:"What releases were to cost and what they cost."`
	Repository  repositoryCommand  `cmd:"" help:"Git repositories of products."`
	Template    templateCommand    `cmd:"" help:"Templates of releases."`
	Plan        planCommand        `cmd:"" help:"When the work of a release can be done."`
	Task        taskCommand        `cmd:"" help:"Tasks of releases."`
	Capacity    capacityCommand    `cmd:"" help:"Capacity of teams, people, roles, tools and environments, and requests for them."`
	Workingtime workingtimeCommand `cmd:"" help:"Working time of people and teams; bookable hours of environments."`
	Holiday     holidayCommand     `cmd:"" help:"Sets of holidays, and who follows them."`
	Absence     absenceCommand     `cmd:"" help:"Days on which people are away."`
	Skill       skillCommand       `cmd:"" help:"Skills of people."`
	Tool        toolCommand        `cmd:"" help:"Tools, licences and equipment."`
	Allocation  allocationCommand  `cmd:"" help:"Time that is promised to releases and to standing work."`
	Dependency  dependencyCommand  `cmd:"" help:"What releases, services, teams and outside parties wait for."`
	Train       trainCommand       `cmd:"" help:"Trains, which open releases by themselves."`
	Action      actionCommand      `cmd:"" help:"The action register: what was promised, by whom, until when, and what shows that it is done."`
	Roadmap     roadmapCommand     `cmd:"" help:"Proposed and agreed dates over quarters."`
	Request     requestCommand     `cmd:"" help:"Requests for releases, and what became of them."`
	Risk        riskCommand        `cmd:"" help:"Risks of releases, of products and of the portfolio."`
	Criterion   criterionCommand   `cmd:"" help:"Criteria of releases and their waivers."`
	Evidence    evidenceCommand    `cmd:"" help:"Evidence for releases."`
	Approve     approveCommand     `cmd:"" help:"Sign the content of a release for a role."`
	Approval    approvalCommand    `cmd:"" help:"Approvals of releases, and delegation."`
	Poll        pollCommand        `cmd:"" help:"Go/no-go of releases."`
	Condition   conditionCommand   `cmd:"" help:"Conditions of a go/no-go."`
	Runbook     runbookCommand     `cmd:"" help:"Runbooks, and which of them a release runs."`
	Run         runCommand         `cmd:"" help:"Runs: live ones and rehearsals."`
	Window      windowCommand      `cmd:"" help:"Windows, in which deployments are allowed."`
	Freeze      freezeCommand      `cmd:"" help:"Freezes, in which they are not."`
	Feed        feedCommand        `cmd:"" help:"Calendars to subscribe to, and calendars that are imported."`
	Busy        busyCommand        `cmd:"" help:"Busy times, at which harm is greatest, such as peaks, month-ends and payroll runs."`
	Booking     bookingCommand     `cmd:"" help:"Bookings of environments, people, items and windows."`
	Conflict    conflictCommand    `cmd:"" help:"Conflicts of plans with each other and with the calendar."`
	Impact      impactCommand      `cmd:"" help:"What releases do to users: downtime, degradation, the notice that is owed."`
	Calendar    calendarCommand    `cmd:"" help:"The published calendar, and who has read it."`
	Openness    opennessCommand    `cmd:"" help:"Whether environments are open."`
	MayDeploy   mayDeployCommand   `cmd:"" help:"Ask whether a version may be deployed; exit 0 for yes, 3 for no."`
	Answer      answerCommand      `cmd:"" help:"Recorded answers of may-deploy."`
	Override    overrideCommand    `cmd:"" help:"Overrides of refusals of may-deploy."`
	Person      personCommand      `cmd:"" help:"People."`
	Team        teamCommand        `cmd:"" help:"Teams."`
	Role        roleCommand        `cmd:"" help:"Roles, and who holds them."`
	Token       tokenCommand       `cmd:"" help:"Tokens of programs."`
	Profile     profileCommand     `cmd:"" help:"Your own settings and password."`
	Session     sessionCommand     `cmd:"" help:"Your living sessions in browsers."`
	Attention   attentionCommand   `cmd:"" help:"What waits for you."`
	Job         jobCommand         `cmd:"" help:"Jobs of the server that failed for good."`
}
