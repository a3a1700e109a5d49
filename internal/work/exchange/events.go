package exchange

// PlanImported is the entry of an import, beside one for each task that it added or changed.
const PlanImported = "plan.imported"
