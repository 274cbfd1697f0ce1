<?php
/**
 * Plugin Name: Order tracking
 * Description: Shows where an order is: in "My account", after the purchase, in mails, behind a "Track my order" link.
 * Version: 1.0.0
 * Requires at least: 6.2
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * License: MIT
 *
 * Put this file into wp-content/plugins/, activate it, and say in wp-config.php where the portal is. The desk shows the
 * three lines ready to be copied, under "Put it on your site":
 *
 *     define( 'TRACKER_URL', 'https://track.example.com' );
 *     define( 'TRACKER_SHOP', 'lantern' );
 *     define( 'TRACKER_KEY', 'the embed key' );
 *
 * Two more are a matter of taste: TRACKER_MENU names the menu location that gets the "Track my order" link (`primary`
 * unless said otherwise, an empty text for none), TRACKER_PAGE the address of a page with the shortcode [track_order].
 */

defined( 'ABSPATH' ) || exit;

/** Whether wp-config.php says where the portal is. Without it this plugin shows nothing. */
function order_tracking_ready() {
	return defined( 'TRACKER_URL' ) && defined( 'TRACKER_SHOP' ) && defined( 'TRACKER_KEY' );
}

/** The shop's signed word that whoever shows it may see this order, for up to so many days. */
function order_tracking_pass( $order_id, $tier = 'account', $days = 2 ) {
	$ends = ( intdiv( time(), 86400 ) + $days ) * 86400;
	$told = TRACKER_SHOP . "~woocommerce:{$order_id}~{$tier}~{$ends}";
	return $told . '~' . hash_hmac( 'sha256', $told, TRACKER_KEY );
}

/** The widget of an order, or with no pass the look-up form, around the link that always works. */
function order_tracking_widget( $pass = '' ) {
	$address = $pass ? '/t/' . $pass : '/s/' . TRACKER_SHOP . '/find';
	return sprintf(
		'<div class="order-tracking"><a href="%s">%s</a><script async src="%s" %s="%s" data-lang="%s"></script></div>',
		esc_url( TRACKER_URL . $address ),
		esc_html__( 'Track my order', 'order-tracking' ),
		esc_url( TRACKER_URL . '/embed/v1.js' ),
		$pass ? 'data-token' : 'data-shop',
		esc_attr( $pass ? $pass : TRACKER_SHOP ),
		esc_attr( substr( determine_locale(), 0, 2 ) )
	);
}

/** In "My account", above the table of an order. WooCommerce has made sure that it is the reader's own. */
function order_tracking_show( $order_id ) {
	if ( order_tracking_ready() ) {
		echo order_tracking_widget( order_tracking_pass( $order_id ) ); // phpcs:ignore -- escaped where it is made
	}
}

/** On the page after the purchase. Whoever is not signed in came with the order's key: that is as much as by a mail. */
function order_tracking_thank( $order_id ) {
	if ( order_tracking_ready() && $order_id ) {
		$tier = is_user_logged_in() ? 'account' : 'mail';
		echo order_tracking_widget( order_tracking_pass( $order_id, $tier ) ); // phpcs:ignore -- escaped where it is made
	}
}

/** In the shop's own mails to the customer. A portal that does not answer in three seconds leaves a plain link. */
function order_tracking_mail( $order, $sent_to_admin, $plain_text = false ) {
	if ( ! order_tracking_ready() || $sent_to_admin ) {
		return;
	}
	$pass   = order_tracking_pass( $order->get_id(), 'mail', 399 );
	$block  = TRACKER_URL . '/embed/' . $pass . ( $plain_text ? '/mail.txt' : '/mail' );
	$answer = wp_remote_get( $block, array( 'timeout' => 3 ) );
	if ( 200 === wp_remote_retrieve_response_code( $answer ) ) {
		echo wp_remote_retrieve_body( $answer ); // phpcs:ignore -- the portal's own markup, asked for over TLS
		return;
	}
	$text = esc_html__( 'Track my order', 'order-tracking' );
	$page = esc_url( TRACKER_URL . '/t/' . $pass );
	echo $plain_text ? "{$text}: {$page}\n" : "<p><a href=\"{$page}\">{$text}</a></p>"; // phpcs:ignore -- escaped above
}

/** Where "Track my order" leads: the shop's own page with the form, or the portal's. */
function order_tracking_address() {
	return defined( 'TRACKER_PAGE' ) ? TRACKER_PAGE : TRACKER_URL . '/s/' . TRACKER_SHOP . '/find';
}

/** Adds the link to one of the theme's menus, so that somebody who has never been here finds it. */
function order_tracking_menu( $items, $args ) {
	$place = defined( 'TRACKER_MENU' ) ? TRACKER_MENU : 'primary';
	if ( ! order_tracking_ready() || ! $place || $place !== $args->theme_location ) {
		return $items;
	}
	$text = esc_html__( 'Track my order', 'order-tracking' );
	return $items . '<li class="menu-item"><a href="' . esc_url( order_tracking_address() ) . '">' . $text . '</a></li>';
}

/** The shortcode [track_order]: the look-up form in a page of the shop. */
function order_tracking_form() {
	return order_tracking_ready() ? order_tracking_widget() : '';
}

/** Reserves the widget's height, so that nothing jumps when it appears. */
function order_tracking_style() {
	wp_register_style( 'order-tracking', false, array(), '1.0.0' );
	wp_enqueue_style( 'order-tracking' );
	wp_add_inline_style(
		'order-tracking',
		'.order-tracking{min-height:max(62rem,84rem - 40vw)}@media(scripting:none){.order-tracking{min-height:0}}'
	);
}

add_action( 'woocommerce_view_order', 'order_tracking_show', 5 );
add_action( 'woocommerce_thankyou', 'order_tracking_thank', 5 );
add_action( 'woocommerce_email_after_order_table', 'order_tracking_mail', 10, 3 );
add_action( 'wp_enqueue_scripts', 'order_tracking_style' );
add_filter( 'wp_nav_menu_items', 'order_tracking_menu', 10, 2 );
add_shortcode( 'track_order', 'order_tracking_form' );
