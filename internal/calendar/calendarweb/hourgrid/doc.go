// Package hourgrid lays out days side by side with their hours down the page: where an instant lies on the axis, also on days of 23 and
// 25 hours, and which things stand beside one another because they share time. It knows neither pages nor what the things are.
package hourgrid
