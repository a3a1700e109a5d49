// Package actions draws the action register: the list by due date, one action with its proof and history, and the forms that add, change and settle
// actions. What one may do is decided by plan/register.
package actions
